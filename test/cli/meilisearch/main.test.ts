// `causerie meili`: creates and checks keys, loads files, exits with the right codes, and never prints a secret.
import { EventEmitter } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { meilisearchCommand } from '../../../cli/meilisearch/main.ts'
import type { CommandIo } from '../../../cli/command-io.ts'
import type { Embedder } from '../../../src/embed/embedder.ts'
import { meili, meiliIndex } from '../../fixtures/meili-engine.ts'
import { startMeili } from '../../fixtures/meili/server.ts'
import type { Ending } from '../../fixtures/search-store.ts'

class Exit extends Error {}

/** One of the models of the settings: vectors of others are old ones, and removed after a while. */
const model = 'all-MiniLM-L6-v2'
const embedder = {
  defaultModel: model, modelFor: () => model, dimensions: () => 4, ready: async () => {}, close: async () => {},
  embedPassages: async (documents: readonly unknown[]) => documents.map(() => [new Float32Array(4).fill(0.5)]),
} as unknown as Embedder

/** Runs a command line as a process would, and returns its output and exit code. */
async function run (args: string[], { env = {}, stdin = '' as string | Buffer[] | Readable, interrupt = false } = {}) {
  let out = ''
  let err = ''
  const signals = new EventEmitter()
  const io = Object.assign(signals, {
    stdin: stdin instanceof Readable ? stdin : Readable.from(typeof stdin === 'string' ? [Buffer.from(stdin)] : stdin),
    stdout: { write (text: string) { out += text } },
    stderr: { write (text: string) { err += text } },
    env: { SAMPLES_DIR: '', ...env },
    exitCode: undefined as number | undefined,
    exit (code: number) {
      io.exitCode = code
      throw new Exit()
    },
  })
  const done = meilisearchCommand(io as unknown as CommandIo, () => embedder)
    .parseAsync(args, { from: 'user' })
    .catch(error => {
      if (!(error instanceof Exit)) throw error
    })
  if (interrupt) signals.emit('SIGINT')
  await done
  return { code: io.exitCode, out, err, listeners: signals.listenerCount('SIGINT') }
}

async function server (t: Ending) {
  const { url, masterKey, down } = await startMeili(t)
  const company = `shop-${randomUUID().slice(0, 8)}`
  return { url, masterKey, down, company, env: { MEILI_URL: url, MEILI_MASTER_KEY: masterKey } }
}

async function folder (t: Ending): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'causerie-meili-'))
  t.teardown(() => rm(dir, { recursive: true, force: true }))
  return dir
}

const settings = (printed: string): Record<string, string> =>
  Object.fromEntries(
    printed
      .trim()
      .split('\n')
      .map(line => line.split(/=(.*)/s).slice(0, 2))
  )

t.test('keys: prints lines for .env on stdout, the rest on stderr, the master key nowhere', async t => {
  const { url, masterKey, company } = await server(t)
  const made = await run(['keys', '--url', `${url}/`, '--company', company, 'other'], { env: { MEILI_MASTER_KEY: masterKey } })
  t.equal(made.code, 0)
  const { MEILI_URL, MEILI_KEY, MEILI_KEY_UID, ...rest } = settings(made.out)
  t.same([MEILI_URL, rest], [url, {}])
  t.notOk((made.out + made.err).includes(masterKey))
  t.notOk(made.err.includes(MEILI_KEY!))
  const key = await meili({ url, masterKey }, 'GET', `/keys/${MEILI_KEY_UID}`)
  t.match(key, { key: MEILI_KEY, indexes: [`${company}__*`, 'other__*'], expiresAt: null })
  t.same([...key.actions].sort(), ['documents.get', 'indexes.get', 'search', 'settings.get'])
})

t.test('keys: creates the loader\'s key from the master key on standard input; the same uid gives the same key', async t => {
  const { url, masterKey } = await server(t)
  const uid = randomUUID()
  const args = ['keys', '--url', url, '--for', 'loading', '--index', 'own-index', '--uid', uid, '--master-key-stdin', '--json']
  const first = await run(args, { stdin: `${masterKey}\n` })
  t.match(JSON.parse(first.out), { uid, indexes: ['own-index'], actions: ['indexes.create', 'indexes.get'] })
  t.equal((await run(args, { stdin: masterKey })).out, first.out)
  const other = await run(['keys', '--url', url, '--uid', uid, '--master-key-stdin'], { stdin: masterKey })
  t.match(other, { code: 1, out: '', err: /other rights/ })
})

t.test('keys: creates a key for writing, and checks that it can write', async t => {
  const { url, masterKey, company, env } = await server(t)
  await meiliIndex(t, { url, masterKey }, `${company}__faq`)
  const searching = settings((await run(['keys', '--company', company], { env })).out)
  const printed = await run(['keys', '--for', 'writing', '--company', company], { env })
  const { MEILI_WRITE_KEY, ...rest } = settings(printed.out)
  t.same(rest, {})
  t.notOk(printed.err.includes(MEILI_WRITE_KEY!))
  const key = await meili({ url, masterKey }, 'GET', `/keys/${MEILI_WRITE_KEY}`)
  t.match(key, { indexes: [`${company}__*`] })
  t.notOk(key.actions.some((action: string) => /search|keys|\*/.test(action)))
  const of = (key: string | undefined, ...args: string[]) => run(['check', ...args], { env: { ...searching, MEILI_WRITE_KEY: key } })
  const whole = await of(MEILI_WRITE_KEY)
  t.match(whole, { code: 0, out: /✓ writing .*index \S+__faq/ })
  t.notOk(whole.out.includes(MEILI_WRITE_KEY!))
  t.match(await of(MEILI_WRITE_KEY, '--company', 'another'), { code: 1 })
  const { MEILI_LOAD_KEY } = settings((await run(['keys', '--for', 'loading', '--company', company], { env })).out)
  t.match(await of(MEILI_LOAD_KEY), { code: 1, out: /✗ writing .*lacks stats.get for/ })
  t.match(await of(masterKey), { code: 1, out: /✗ writing .*master key/ })
})

t.test('check: lists each right with its consequence', async t => {
  const { url, masterKey, company, env } = await server(t)
  await meiliIndex(t, { url, masterKey }, `${company}__faq`)
  const made = settings((await run(['keys', '--company', company], { env })).out)
  const whole = await run(['check'], { env: made })
  t.match(whole, { code: 0, err: '' })
  t.equal(whole.out.match(/^✓/gm)?.length, 7, whole.out)
  t.notOk(whole.out.includes(made.MEILI_KEY!))

  const searching = await meili({ url, masterKey }, 'POST', '/keys', { actions: ['search'], indexes: [`${company}__*`], expiresAt: null })
  const least = await run(['check', '--company', company, '--json'], {
    env: { ...made, MEILI_KEY: searching.key, MEILI_KEY_UID: searching.uid },
  })
  t.equal(least.code, 0)
  t.same(
    JSON.parse(least.out)
      .findings.filter((finding: { ok: boolean }) => !finding.ok)
      .map(({ right }: { right: string }) => right),
    ['documents.get', 'indexes.get', 'settings.get']
  )
  const lost = await run(['check'], { env: { ...made, MEILI_KEY: searching.key, MEILI_KEY_UID: searching.uid } })
  t.match(lost, { code: 0, out: /✗ indexes .*--company/ })
})

t.test('check: reports keys that the service cannot use', async t => {
  const { url, masterKey, company, env } = await server(t)
  const made = settings((await run(['keys', '--company', company], { env })).out)
  const of = (changes: object, ...args: string[]) => run(['check', ...args], { env: { ...made, ...changes } })
  t.match(await of({ MEILI_KEY: masterKey }), { code: 1, out: /✗ no admin .*refuses it/ })
  t.match(await of({ MEILI_KEY: 'unknown' }), { code: 1, out: /✗ tenant tokens .*not known/ })
  t.match(await of({ MEILI_KEY_UID: randomUUID() }), { code: 1, out: /✗ tenant tokens/ })
  t.match(await of({}, '--company', 'another'), { code: 1, out: /✗ search/ })
  const writing = await meili({ url, masterKey }, 'POST', '/keys', {
    actions: ['search', 'documents.*'], indexes: [`${company}__*`], expiresAt: null,
  })
  t.match(await of({ MEILI_KEY: writing.key, MEILI_KEY_UID: writing.uid }, '--company', company), { code: 0, out: /✗ no writing/ })
  t.match(await run(['check']), { code: 2, err: /MEILI_URL/ })
})

t.test('check: reports an unreachable server like the other commands', async t => {
  const { url, company, env, down } = await server(t)
  const made = settings((await run(['keys', '--company', company], { env })).out)
  await down()
  const keys = await run(['keys'], { env })
  t.match(await run(['check'], { env: made }), { code: 1, out: '', err: /^Meilisearch does not answer: ECONNREFUSED \(no_answer\)\n$/ })
  t.equal(keys.err, 'Meilisearch does not answer: ECONNREFUSED (no_answer)\n')
  t.notOk(keys.err.includes(url))
})

t.test('load: reads JSON lines from standard input, cut anywhere, and rejects only a bad line', async t => {
  const { company, env, url, masterKey } = await server(t)
  const text = Buffer.from('\ufeff{"id":1,"title":"Un été","text":"a\u2028b"}\r\n\n{"id":2,\n[]\n{"id":3,"title":"Trois","text":"c"}')
  const stdin = Array.from({ length: Math.ceil(text.length / 5) }, (_, i) => text.subarray(5 * i, 5 * i + 5))
  const { code, out, err } = await run(['load', '-', '--company', company, '--index', 'faq'], { env, stdin })
  t.equal(code, 1)
  t.match(out, `${company}__faq: 2 sent with 2 vectors, 0 unchanged, 2 rejected`)
  t.match(err, /stdin:3: the line is not JSON \(unreadable\)\n {2}stdin:4: it is no JSON object/)
  t.notOk((out + err).includes(masterKey))
  const { results } = await meili({ url, masterKey }, 'POST', `/indexes/${company}__faq/documents/fetch`, {})
  t.same(results.map(({ title, text }: Record<string, string>) => [title, text]), [['Un été', 'a\u2028b'], ['Trois', 'c']])
})

t.test('load: loads sample folders with the loader\'s key, and sends nothing the second time', async t => {
  const { company, env, url } = await server(t)
  const dir = await folder(t)
  await mkdir(join(dir, 'one'))
  await writeFile(
    join(dir, 'one', 'company.json'),
    JSON.stringify({ id: company, name: 'Shop', language: 'en', indexes: { faq: { text: ['a'] }, pages: {} } })
  )
  await writeFile(join(dir, 'one', 'faq.json'), JSON.stringify([{ id: 1, a: 'x' }, { id: 2, a: 'y' }], null, 2))
  await writeFile(join(dir, 'one', 'pages.json'), '[{"id":1,"title":"t","body":"z"}]')
  const { MEILI_LOAD_KEY } = settings((await run(['keys', '--for', 'loading', '--company', company], { env })).out)
  const load = () => run(['load', '--url', url, '--samples', dir, '--json'], { env: { MEILI_LOAD_KEY } })
  const first = await load()
  t.match(first, { code: 0, err: '' })
  t.match(
    first.out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
    [
      { uid: `${company}__faq`, sent: 2 }, { uid: `${company}__pages`, sent: 1 },
    ]
  )
  t.match((await load()).out.trim().split('\n').map(line => JSON.parse(line)), [{ sent: 0, unchanged: 2 }, { sent: 0, unchanged: 1 }])
})

t.test('load: exits with 1 and the reason after a broken array, a missing file or an interrupt', async t => {
  const { company, env } = await server(t)
  const dir = await folder(t)
  await writeFile(join(dir, 'broken.json'), '[{"id":1},')
  const load = (file: string, more = {}) => run(['load', join(dir, file), '--company', company, '--index', 'faq'], { env, ...more })
  t.match(await load('broken.json'), { code: 1, err: /broken\.json: it is no JSON array/ })
  t.match(await load('none.json'), { code: 1, err: /none\.json/ })
  await writeFile(join(dir, 'good.ndjson'), '{"id":1,"title":"t"}\n')
  t.match(await load('good.ndjson', { interrupt: true }), { code: 1, err: /Interrupted/, listeners: 0 })
  const silent = new Readable({ read () {} })
  const waiting = await run(['load', '-', '--company', company, '--index', 'faq'], { env, stdin: silent, interrupt: true })
  t.match(waiting, { code: 1, err: /Interrupted/ })
  t.ok(silent.destroyed)
})

t.test('exits with 2 and the reason for wrong usage', async t => {
  const { env } = await server(t)
  for (const [args, message] of [
    [['load'], /No files given/],
    [['load', 'x.json', '--index', 'faq'], /No company given/],
    [['load', 'x.json', '--company', 'shop'], /No index given/],
    [['load', 'x.json', '--company', 'a__b', '--index', 'faq'], /a company id/],
    [['load', 'x.json', '--samples', 'data'], /not both/],
    [['load', '--samples'], /SAMPLES_DIR is empty/],
    [['load', '-', '--key-stdin', '--company', 'a', '--index', 'b'], /both the key and the documents/],
    [['load', '--url', 'ftp://x', '-', '--company', 'a', '--index', 'b'], /not an address/],
    [['keys', '--for', 'nobody'], /service, writing, loading/],
    [['keys', '--uid', 'x'], /UUID/],
    [['keys', '--master-key', 'secret'], /unknown option/],
    [['nonsense'], /unknown command/],
  ] as const) {
    const { code, out, err } = await run([...args], { env })
    t.match({ code, out, err }, { code: 2, out: '', err: message }, args.join(' '))
  }
  t.match(await run(['keys', '--url', env.MEILI_URL]), { code: 2, err: /MEILI_MASTER_KEY/ })
  t.match(await run(['keys', '--url', env.MEILI_URL, '--master-key-stdin']), { code: 1, err: /No key/ })
  for (const command of ['keys', 'check', 'load']) t.match(await run([command, '--help']), { code: 0, out: /Examples:/ })
})
