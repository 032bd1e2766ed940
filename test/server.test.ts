// The process: starts, explains why it cannot, and drains on SIGTERM.
import { spawn, type ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { ask, askJson, question } from './fixtures/app-client.ts'
import { childEnvironment } from './fixtures/child-environment.ts'
import { gate } from './fixtures/llm-adapters.ts'
import { startLlmServer } from './fixtures/llm-server.ts'
import { until } from './fixtures/until.ts'
import { temporaryFolder, writeCompany } from './helper.ts'

const server = fileURLToPath(new URL('../src/server.ts', import.meta.url))
/** What `npm start` runs. */
const startScript = fileURLToPath(new URL('../scripts/start.mjs', import.meta.url))

interface Started {
  process: ChildProcess
  /** Returns everything it has written so far. */
  output (): string
  /** Waits until it has written this. */
  says (text: string): Promise<void>
  /** Its address, once it listens. */
  url: Promise<string>
  /** Its exit code, once it has ended. */
  exit: Promise<number | null>
}

/** Returns what its young generation takes. */
async function youngBytes ({ url }: Started): Promise<number> {
  const text = await (await fetch(`${await url}/metrics`)).text()
  return Number(/^nodejs_heap_space_size_total_bytes\{space="new"\} (\S+)$/m.exec(text)![1])
}

/** Starts the service in its own empty folder, with a small company and no embedding model. */
async function start (
  t: Test, environment: Record<string, string> = {}, folder?: string, script = server
): Promise<Started & { folder: string }> {
  const dir = folder ?? await temporaryFolder(t)
  await writeCompany(join(dir, 'data'), 'shop')
  const child = spawn(process.execPath, [script], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...childEnvironment, PORT: '0', LOG_LEVEL: 'info', RATE_LIMIT_CALLS: '0', EMBEDDING_MODELS: 'none/none', MODELS_HUB_URL: '',
      ...environment,
    },
  })
  let output = ''
  const written = new EventEmitter()
  const url = Promise.withResolvers<string>()
  const take = (part: Buffer) => {
    output += part
    written.emit('more')
    const found = /Server listening at (http:[^"\s]+)/.exec(output)
    if (found) url.resolve(found[1]!)
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  const exit = once(child, 'close').then(([code]) => {
    url.reject(new Error(`it ended: ${output}`))
    return code as number | null
  })
  url.promise.catch(() => {})
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exit
  })
  async function says (text: string): Promise<void> {
    while (!output.includes(text)) await Promise.race([once(written, 'more'), exit.then(() => { throw new Error(`it ended: ${output}`) })])
  }
  return { process: child, output: () => output, says, url: url.promise, exit, folder: dir }
}

/** Resolves when questions can be answered. */
async function ready ({ says, url: started }: Started): Promise<void> {
  await says('Causerie is ready')
  const url = await started
  await until(async () => (await askJson(url, undefined, { method: 'GET', path: '/ready' })).status === 200)
}

t.test('starts, answers, exits with 0, and starts again on the same data', async t => {
  const first = await start(t)
  const url = await first.url
  await ready(first)
  t.ok(await youngBytes(first) < 2 ** 24, 'with a small heap, whoever starts it')
  t.match((await askJson(url, question)).json, { finish_reason: 'stop', answer: /two working days/ })

  await t.test('ends the start with the address, and a command that asks a question', async t => {
    t.match(first.output(), `Causerie is ready: ${url}\n`)
    await first.says('curl')
    const [, address, body] = /curl -N (\S+) -H 'Content-Type: application\/json' -d '(.*)'\n/.exec(first.output()) ?? []
    t.equal(address, `${url}/chat`)
    const { json } = await askJson(url, { ...JSON.parse(body!), stream: false })
    t.match(json, { company_id: 'shop', finish_reason: /stop|no_answer/ })
  })

  first.process.kill('SIGTERM')
  t.equal(await first.exit, 0)
  t.match(first.output(), 'sample company loaded')
  t.notMatch(first.output(), 'cau_', 'on this machine no key is made')
  t.match(first.output(), 'no key is required', 'and that none is asked for is said')
  t.match(first.output(), '"answered"')
  t.notOk(first.output().includes('How long does delivery'), 'the text of a question is not logged')

  const second = await start(t, { LOG_QUESTIONS: 'true' }, first.folder)
  const again = await second.url
  await ready(second)
  t.match((await askJson(again, question)).json, { finish_reason: 'stop', answer: /two working days/ })
  t.notMatch(second.output(), 'sample company loaded')
  second.process.kill('SIGINT')
  t.equal(await second.exit, 0)
  t.match(second.output(), '"answered"')
  t.ok(second.output().includes('How long does delivery'), 'unless it is asked for')
})

t.test('the script of npm start runs the service in its own process, with two arenas of the C library', async t => {
  const started = await start(t, {}, undefined, startScript)
  await ready(started)
  t.ok(await youngBytes(started) < 2 ** 24, 'with a small heap')
  if (process.platform === 'linux') t.match(await readFile(`/proc/${started.process.pid}/environ`, 'utf8'), /(^|\0)MALLOC_ARENA_MAX=2\0/)
  started.process.kill('SIGTERM')
  t.equal(await started.exit, 0)
})

t.test('the script of npm start handles signals before it loads the service', async t => {
  const tell = `process.on('newListener', name => {
    if (name === 'SIGTERM') process._rawDebug('handled: ' + new Error().stack.replaceAll('\\n', ' ') + ' :end')
  })`
  const preload = `data:text/javascript,${encodeURIComponent(tell)}`
  const started = await start(t, { NODE_OPTIONS: `--import=${preload}` }, undefined, startScript)
  await started.says(':end')
  const [first] = /handled: .*? :end/.exec(started.output())!
  t.match(first, 'scripts/start.mjs')
  t.notMatch(first, 'src/server.ts')
  started.process.kill('SIGTERM')
  t.equal(await started.exit, 0)
})

t.test('SIGTERM during a stream', async t => {
  t.test('lets it end', async t => {
    const llm = await startLlmServer()
    t.teardown(() => llm.close())
    const started = await start(t, { LLM_URL: llm.url('openai'), LLM_MODEL: 'm', LLM_TIMEOUT_SECONDS: '60', SHUTDOWN_SECONDS: '60' })
    const url = await started.url
    await (await llm.request(0)).closed
    await ready(started)
    const held = gate()
    llm.enqueue({ tokens: ['Two ', 'days.'], gate: { after: 2, until: held.until } })
    const answer = await ask(url, question, { headers: { connection: 'keep-alive' } })
    let text = ''
    while (text === '') text += (await answer.next())!.data.text ?? ''
    started.process.kill('SIGTERM')
    await until(async () => (await askJson(url, undefined, { method: 'GET', path: '/ready' })).status !== 200)
    held.open()
    const rest = await answer.events()
    t.equal(text + rest.map(event => event.data.text ?? '').join(''), 'Two days.')
    t.match(rest.at(-1), { type: 'finish', data: { finish_reason: 'stop' } })
    t.equal(await started.exit, 0)
  })

  t.test('ends it after a while, with a last event', async t => {
    const llm = await startLlmServer()
    t.teardown(() => llm.close())
    const started = await start(t, { LLM_URL: llm.url('openai'), LLM_MODEL: 'm', SHUTDOWN_SECONDS: '1' })
    const url = await started.url
    await (await llm.request(0)).closed
    await ready(started)
    llm.enqueue({ tokens: ['Two '], then: 'hold', finish: null, done: false })
    const answer = await ask(url, question)
    let text = ''
    while (text === '') text += (await answer.next())!.data.text ?? ''
    started.process.kill('SIGTERM')
    t.match(await answer.events(), [{ type: 'error', data: { code: 'SHUTTING_DOWN', retryable: true } }])
    t.equal(await llm.requests[1]!.closed, true)
    t.equal(await started.exit, 0)
  })
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} while it starts ends it at once, as a normal stop`, async t => {
    // The start waits for Redis, which accepts the connection and says nothing.
    const connected = Promise.withResolvers<void>()
    const redis = createServer(() => connected.resolve())
    await once(redis.listen(0, '127.0.0.1'), 'listening')
    t.teardown(() => { redis.close() })
    const { port } = redis.address() as AddressInfo
    const started = await start(t, { REDIS_URL: `redis://127.0.0.1:${port}`, REDIS_TIMEOUT_MS: '60000' })
    await connected.promise
    started.process.kill(signal)
    t.equal(await started.exit, 0)
    t.notMatch(started.output(), 'Server listening at')
  })
}

t.test('SIGTERM when idle: new connections get 503 before they are refused', async t => {
  const started = await start(t)
  const url = await started.url
  await ready(started)
  started.process.kill('SIGTERM')
  const get = (path: string) => askJson(url, undefined, { method: 'GET', path })
  // All at once: it listens for a second, in which a busy machine may get no further than to the first of them.
  const all = () => Promise.all([get('/ready'), askJson(url, question), get('/health')])
  let seen = await all()
  await until(async () => {
    if (seen[0].status !== 503 || seen[1].status !== 503) seen = await all()
    return seen[0].status === 503 && seen[1].status === 503
  })
  t.match(seen[1], { status: 503, headers: { connection: 'close' }, json: { code: 'SHUTTING_DOWN', statusCode: 503 } })
  t.equal(seen[2].status, 200, 'the process is alive')
  t.equal(await started.exit, 0)
})

t.test('creates and shows a key once at the first start for other machines, and requires it', async t => {
  const first = await start(t, { HOST: '0.0.0.0' })
  const url = (await first.url).replace('0.0.0.0', '127.0.0.1')
  await first.says('Causerie is ready')
  const [key = ''] = /cau_[A-Za-z0-9]{12}_[A-Za-z0-9]{33}/.exec(first.output()) ?? []
  t.match(first.output(), /not shown again/)
  const asked = (headers: Record<string, string>) => fetch(`${url}/stats`, { headers }).then(({ status }) => status)
  t.equal(await asked({}), 401)
  t.equal(await asked({ authorization: `Bearer ${key}` }), 200)
  first.process.kill('SIGTERM')
  t.equal(await first.exit, 0)

  const second = await start(t, { HOST: '0.0.0.0' }, first.folder)
  const again = (await second.url).replace('0.0.0.0', '127.0.0.1')
  t.notMatch(second.output(), 'cau_')
  t.equal(await fetch(`${again}/stats`, { headers: { authorization: `Bearer ${key}` } }).then(({ status }) => status), 200)
})

t.test('prints no key where the output is kept', async t => {
  const started = await start(t, { HOST: '0.0.0.0', PRINT_FIRST_KEY: 'false' })
  const url = (await started.url).replace('0.0.0.0', '127.0.0.1')
  await started.says('Causerie is ready')
  t.notMatch(started.output(), 'cau_')
  t.match(started.output(), 'keys create --any --scope admin')
  t.equal(await fetch(`${url}/stats`).then(({ status }) => status), 401)
})

t.test('leaves no key behind when the start fails', async t => {
  const failed = await start(t, { HOST: '192.0.2.1' })
  t.equal(await failed.exit, 1)
  t.notMatch(failed.output(), 'cau_')
  t.match(failed.output(), 'causerie: HOST 192.0.2.1 is not an address of this machine. Set HOST')
  const next = await start(t, { HOST: '0.0.0.0' }, failed.folder)
  await next.url
  await next.says('Causerie is ready')
  t.match(next.output(), /cau_[A-Za-z0-9]{12}_/, 'so the next one still makes the first key')
})

t.test('does not start, and says why', async t => {
  t.test('when the port is taken', async t => {
    const taken = createServer()
    await once(taken.listen(0, '127.0.0.1'), 'listening')
    t.teardown(() => taken.close())
    const PORT = String((taken.address() as AddressInfo).port)
    const { exit, output } = await start(t, { PORT })
    t.equal(await exit, 1)
    t.match(output(), `causerie: Port ${PORT} is in use. Set PORT to another one.`)
  })

  t.test('when the host is an address of a link without its interface', async t => {
    const { exit, output } = await start(t, { HOST: 'fe80::1' })
    t.equal(await exit, 1)
    t.match(output(), 'causerie: HOST fe80::1 is not an address of this machine.')
  })

  t.test('with an invalid setting', async t => {
    const { exit, output } = await start(t, { PORT: 'abc' })
    t.equal(await exit, 1)
    t.match(output(), /^causerie: setting PORT must be integer \(0 to 65535, .* unit\)\nThe settings are explained in \.env\.example\./)
  })

  t.test('with an unknown one in .env', async t => {
    const dir = await temporaryFolder(t)
    await writeFile(join(dir, '.env'), 'LLM_MODELL=x\n')
    const { exit, output } = await start(t, {}, dir)
    t.equal(await exit, 1)
    t.match(output(), /unknown setting LLM_MODELL; did you mean LLM_MODEL\?/)
  })

  const wrong = { 'a file': 'file', 'below a file': 'file/data', 'where the system takes nothing': '/proc/causerie' }
  for (const [what, path] of Object.entries(wrong)) {
    t.test(`when the data directory is ${what}`, { skip: path.startsWith('/proc') && !existsSync('/proc/self') }, async t => {
      const dir = await temporaryFolder(t)
      await mkdir(dir, { recursive: true })
      await writeFile(join(dir, 'file'), '')
      const { exit, output } = await start(t, { DATA_DIR: path }, dir)
      t.equal(await exit, 1)
      t.match(output(),
        /causerie: The data directory cannot be read or written: "causerie doctor" says why\. Check DATA_DIR: .*\(STORE_UNREADABLE\)\n$/)
      t.notMatch(output(), '    at ', 'without a stack')
    })
  }
})
