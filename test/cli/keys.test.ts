// `causerie keys`: its output, and its exit codes.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { question } from '../fixtures/app-client.ts'
import { run } from '../fixtures/command.ts'
import { keysCommand, readExpiry } from '../../cli/keys.ts'
import type { Config } from '../../src/config.ts'
import { openKeyStore, type CommandKeyStore } from '../../cli/key-store.ts'
import { createSqliteKeys } from '../../src/backends/sqlite/keys.ts'
import { createStore } from '../../src/backends/sqlite/thread.ts'
import { childEnvironment } from '../fixtures/child-environment.ts'
import { buildTestApp, temporaryFolder, writeCompany } from '../helper.ts'

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

/** Runs `causerie …` as a process. */
function causerie (args: string[], env: Record<string, string> = {}): Promise<{ code: number, out: string, err: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [main, ...args], { cwd: tmpdir(), env: { ...childEnvironment, ...env } }, (error, out, err) => {
      resolve({ code: error ? error.code as number : 0, out, err })
    })
  })
}

/** Runs `causerie keys …` in this process, with a data folder of its own or the one that is given; opens the store once. */
async function cli (t: Test, folder?: string) {
  const dir = folder ?? await temporaryFolder(t)
  const samples = await temporaryFolder(t)
  await writeCompany(samples, 'acme')
  let store: CommandKeyStore | undefined
  t.teardown(() => store?.close())
  function openOnce (config: Config): CommandKeyStore {
    store ??= openKeyStore(config)
    return { ...store, close: async () => {} }
  }
  const env = { DATA_DIR: dir, SAMPLES_DIR: samples }
  return { run: (...args: string[]) => run(t, io => keysCommand(io, openOnce), args, { env }), dir }
}

t.test('creates a key and prints it alone, lists it without the secret, revokes it', async t => {
  const { run, dir } = await cli(t)
  t.match(await run('list'), { code: 0, out: 'There are no keys.\n' })
  const made = await run('create', '--company', 'acme', '--scope', 'chat,write', '--name', 'web site', '--expires', '90d')
  t.match(made, {
    code: 0, out: /^cau_[A-Za-z0-9]{12}_[A-Za-z0-9]{33}\n$/, err: /Key \w{12} of acme \(chat, write\)\. It is not shown again/,
  })
  const [, id, secret] = made.out.trim().split('_') as [string, string, string]
  const listed = await causerie(['keys', 'list'], { DATA_DIR: dir })
  t.match(listed, {
    code: 0,
    out: new RegExp(
      `^ID +KIND +COMPANY +SCOPES +CREATED +EXPIRES +STATE +NAME\n${id} +api +acme +chat,write +[0-9-]{10} +[0-9-]{10} +works +web site\n$`
    ),
  })
  t.notMatch(listed.out, secret)
  t.match(await run('revoke', made.out.trim()), { code: 0, err: `Key ${id} is revoked.` }, 'a whole key will do')
  t.match(await run('list', '--company', 'acme'), { out: /revoked \d{4}/ })
  const store = createStore({ dataDir: dir })
  t.teardown(() => store.close())
  t.type((await createSqliteKeys({ store }).find(id))!.revokedAt, 'string')
})

t.test('creates the keys that tokens are signed with', async t => {
  const { run } = await cli(t)
  const site = await run('create', '--kind', 'site', '--company', 'acme', '--origin', 'https://shop.example, http://localhost:5173/')
  t.match(site, { code: 0, out: /^cau_site_[A-Za-z0-9]{12}\n$/, err: /It is public/ })
  const signing = await run('create', '--kind', 'signing', '--company', 'acme')
  t.match(signing, {
    code: 0, out: /^cau_sign_[A-Za-z0-9]{12}_[A-Za-z0-9]{33}\n$/, err: /Sign tokens with it \(JWT, HS256\), with kid "\w{12}"/,
  })
  const { out } = await run('list', '--json')
  t.match(out, /"kind":"site".*"origins":\["https:\/\/shop\.example","http:\/\/localhost:5173"\]/)
  t.notMatch(out, signing.out.trim())
  t.notMatch(out, /secret|hash/)
  t.match(await run('revoke', site.out.trim(), signing.out.trim()), { code: 0, err: /is revoked/ })
})

t.test('says what does not fit together in a key of another kind', async t => {
  const { run } = await cli(t)
  for (const [args, message] of [
    [['--kind', 'site', '--company', 'acme'], /needs the origins of its pages/],
    [['--kind', 'site', '--any', '--origin', 'https://shop.example'], /belongs to one company/],
    [['--kind', 'signing', '--company', 'acme', '--scope', 'admin'], /scope chat alone/],
    [['--company', 'acme', '--origin', 'https://shop.example'], /Origins are for a site key\. See the options --kind/],
    [['--kind', 'site', '--company', 'acme', '--origin', 'shop.example'], /no origin/],
    [['--kind', 'site', '--company', 'acme', '--origin', 'https://shop.example/path'], /no origin/],
    [['--kind', 'other', '--company', 'acme'], /api, signing, site/],
  ] as const) t.match(await run('create', ...args), { code: 2, err: message })
})

t.test('refuses a key of a company that does not exist, and names those that do', async t => {
  const { run } = await cli(t)
  const err = /Unknown company "acne"\. Known: acme\. Create it first: causerie company create acne/
  t.match(await run('create', '--company', 'acne'), { code: 1, out: '', err })
  t.match(await run('list'), { out: 'There are no keys.\n' })
})

t.test('changes keys of a running service', async t => {
  const { app, dir } = await buildTestApp(t, { config: { KEY_CACHE_SECONDS: 0 } })
  const { run } = await cli(t, `${dir}/var`)
  const ask = async (key?: string) =>
    (
      await app.inject({
        method: 'POST', url: '/chat', payload: { ...question, stream: false }, headers: key ? { authorization: `Bearer ${key}` } : {},
      })
    ).statusCode
  t.equal(await ask(), 200)
  const key = (await run('create', '--company', 'shop')).out.trim()
  t.equal(await ask(), 401)
  t.equal(await ask(key), 200)
  const admin = (await run('create', '--any', '--scope', 'admin')).out.trim()
  t.equal(await ask(admin), 200)
  t.notMatch((await run('revoke', key)).err, 'No key works any more')
  t.equal(await ask(key), 401)
  t.match(await run('revoke', admin), { code: 0, err: /No key works any more/ })
  t.equal(await ask(), 401, 'it stays closed')
})

t.test('does not let a name break the list or command the terminal', async t => {
  const { run } = await cli(t)
  await run('create', '--any', '--name', 'a\nb\u001b[31m\u202ec')
  t.match((await run('list')).out, /works {2}a\ufffdb\ufffd\[31m\ufffdc\n$/)
  t.equal((await run('list')).out.split('\n').length, 3)
})

t.test('prints JSON', async t => {
  const { run } = await cli(t)
  const made = JSON.parse((await run('create', '--any', '--scope', 'admin', '--json')).out)
  t.match(made, { key: /^cau_/, company: null, scopes: ['admin'], expiresAt: null })
  t.notOk('hash' in made)
  const { key, ...rest } = made
  t.same(JSON.parse((await run('list', '--json')).out), rest)
})

t.test('exits with 2 for wrong usage, with 1 for a failure', async t => {
  const { run } = await cli(t)
  t.match(await run('create'), { code: 2, err: /No company given/ })
  t.match(await run('create', '--company', '../etc'), { code: 2, err: /Not a company id/ })
  t.match(await run('create', '--company', 'a', '--any'), { code: 2 })
  t.match(await run('create', '--company', 'a', '--scope', 'root'), { code: 2, err: /Unknown scope "root"\. Known: chat, write, admin/ })
  t.match(await run('create', '--company', 'a', '--expires', 'yesterday'), { code: 2, err: /90d/ })
  t.match(await run('frobnicate'), { code: 2 })
  t.match(await causerie(['frobnicate']), { code: 2, err: /unknown command/ })
  t.match(await causerie([]), { code: 2, err: /Usage: causerie/ })
  t.match(await run('revoke', 'AAAAAAAAAAAA'), { code: 1, err: 'There is no key AAAAAAAAAAAA.' })
})

t.test('names the data folder, and does not create one by looking for keys in the wrong place', async t => {
  const { run, dir } = await cli(t)
  t.match(await run('create', '--any'), { code: 0, err: `Keys are stored in ${join(dir, 'keys.sqlite')}.\n` })
  t.match(await run('list'), { code: 0, err: `Keys are stored in ${join(dir, 'keys.sqlite')}.\n` })
  const missing = join(dir, 'elsewhere', 'var')
  const there = await cli(t, missing)
  for (const args of [['list'], ['revoke', 'AAAAAAAAAAAA']]) {
    t.match(await there.run(...args), {
      code: 1, out: '',
      err: `The data folder ${missing} does not exist. If the service stores its data elsewhere, run this command there, or`,
    })
  }
  t.notOk(existsSync(missing))
  t.match(await there.run('create', '--any'), { code: 0, err: `Keys are stored in ${join(missing, 'keys.sqlite')}. The folder is new. If` })
})

t.test('prints the version of package.json', async t => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
  t.same(await causerie(['--version']), { code: 0, out: `${version}\n`, err: '' })
})

t.test('has --help everywhere, with examples', async t => {
  const { run } = await cli(t)
  t.match(await run('--help'), { code: 0, out: /create[\s\S]*list[\s\S]*revoke[\s\S]*Exit code 0: done/ })
  t.match(await run('create', '--help'), { code: 0, out: /Examples:\n {2}causerie keys create/ })
})

t.test('accepts a span or a date in the future as expiry', async t => {
  const now = new Date('2026-06-01T00:00:00Z')
  t.equal(readExpiry('12h', now), '2026-06-01T12:00:00.000Z')
  t.equal(readExpiry('90d', now), '2026-08-30T00:00:00.000Z')
  t.equal(readExpiry('2w', now), '2026-06-15T00:00:00.000Z')
  t.equal(readExpiry('2027-01-31', now), '2027-01-31T00:00:00.000Z')
  for (const wrong of ['0d', '-1d', '90', '90m', '2026-01-01', 'soon', '']) {
    t.throws(() => readExpiry(wrong, now), { message: /in the future/ }, wrong)
  }
})
