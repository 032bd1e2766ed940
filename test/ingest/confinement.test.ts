// Reader processes are confined, however the service itself was started.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { findLauncher } from '../../src/ingest/launcher.ts'
import { createReaderPool } from '../../src/ingest/reader-pool.ts'
import '../fixtures/confined-children.ts'
import { childEnvironment } from '../fixtures/child-environment.ts'
import { firstLine } from '../fixtures/first-line.ts'
import { until } from '../fixtures/until.ts'

const script = fileURLToPath(new URL('../fixtures/reader-confined.ts', import.meta.url))
const confined = {
  probe: [
    ['environment', ''], ['options', ''], ['hooked', 'false'],
    ...['read', 'read the environment of the service', 'write', 'heap snapshot', 'report', 'hooks in a thread']
      .map(what => [what, 'ERR_ACCESS_DENIED']),
    ...['signal to the service', 'debugger of the service', 'another program', 'native code', 'binding', 'fetch']
      .map(what => [what, 'TypeError']),
    // Loaded in six ways each; what comes is empty.
    ...[
      'net', 'tls', 'dgram', 'dns', 'dns/promises', 'http', 'https', 'http2', 'child_process', 'cluster', 'worker_threads', 'sqlite',
      'inspector', 'trace_events', 'wasi',
    ].map(name => [name, 'empty']),
  ],
  read: ['All is well.', 'One', 'a', 'x', 'Head', 'Raft (One)', 'y', 'Hello', 'z'],
}

/** Runs the script with only these environment variables, so that the test tool does not load its own hooks. */
async function run (flags: string[], environment: Record<string, string> = {}): Promise<unknown> {
  const { PATH: _, ...cache } = childEnvironment
  const variables = Object.entries({ ...cache, ...environment }).map(([name, value]) => `${name}=${value}`)
  const { stdout } = await promisify(execFile)('env', ['-i', ...variables, process.execPath, ...flags, script])
  return JSON.parse(stdout)
}

/** Writes hooks that record in `log` the processes that load them. */
function writeHooks (t: Test): { module: string, script: string, log: string } {
  const body = 'globalThis.hooked = true\nappendFileSync(process.env.HOOK_LOG, process.pid + String.fromCharCode(10))\n'
  const dir = t.testdir({
    'hook.mjs': `import { appendFileSync } from 'node:fs'\n${body}`,
    'hook.cjs': `const { appendFileSync } = require('node:fs')\n${body}`,
  })
  return { module: join(dir, 'hook.mjs'), script: join(dir, 'hook.cjs'), log: join(dir, 'log') }
}

t.test('a reader process that keeps all modules has no thread, no program, no database, and no network where that can be', async t => {
  let connections = 0
  const server = createServer(socket => {
    connections++
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const main = new URL('../fixtures/reader-network.ts', import.meta.url)
  const reading = createReaderPool({ timeoutMs: 60_000, memoryMb: 128, maxBytes: 1e6, main })
  t.teardown(() => reading.close())
  const port = String((server.address() as AddressInfo).port)
  const batches = reading.readMany(Buffer.from(port), { name: 'a.txt' }, new AbortController().signal)
  const can = Object.fromEntries((await batches.next()).value[0].fields)
  await batches.return(undefined)
  t.match(can, { thread: 'ERR_ACCESS_DENIED', program: 'ERR_ACCESS_DENIED', sqlite: 'ERR_UNKNOWN_BUILTIN_MODULE' })
  const launcher = await findLauncher(process.execPath, fileURLToPath(main))
  if (!launcher.includes('--net')) return t.comment('this machine gives no process a network of its own')
  t.not(can.connect, 'connected')
  t.equal(can.interfaces, '')
  t.equal(connections, 0)
})

t.test('a busy reader process ends with the service, however that ends', async t => {
  const launcher = await findLauncher(process.execPath, script)
  if (launcher.length === 0) return t.comment('this machine has nothing that binds a process to its parent')
  const service = spawn(process.execPath, [fileURLToPath(new URL('../fixtures/reader-orphan.ts', import.meta.url))], {
    env: {}, stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(service, 'exit')
  t.equal(await firstLine(service), 'reading')
  const pids = (await readFile(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8')).trim().split(' ')
  t.equal(pids.length, 1)
  const state = () => readFile(`/proc/${pids[0]}/stat`, 'utf8').then(text => text.split(') ')[1]![0]!, () => 'gone')
  t.match(await state(), /[RSD]/)
  service.kill('SIGKILL')
  await ended
  await until(async () => ['gone', 'Z'].includes(await state()))
})

t.test('a reader process has no environment and cannot read, write or start anything', async t => {
  t.same(await run([]), confined)
})

for (const flag of ['--import', '--require'] as const) {
  t.test(`the same under ${flag}, which loads nothing into it`, async t => {
    const { module, script, log } = writeHooks(t)
    const hook = flag === '--import' ? module : script
    for (const flags of [[flag, hook], [`${flag}=${hook}`]]) {
      await writeFile(log, '')
      t.same(await run(flags, { HOOK_LOG: log }), confined)
      t.equal((await readFile(log, 'utf8')).trim().split('\n').length, 1, 'only the service loaded it')
    }
  })

  t.test(`the same with ${flag} in NODE_OPTIONS`, async t => {
    const { module, script, log } = writeHooks(t)
    t.same(await run([], { HOOK_LOG: log, NODE_OPTIONS: `${flag}=${flag === '--import' ? module : script}` }), confined)
    t.equal((await readFile(log, 'utf8')).trim().split('\n').length, 1, 'only the service loaded it')
  })
}
