// `causerie doctor`: what it finds on this machine and at the back ends, and that it prints no secret.
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { doctorCommand } from '../../cli/doctor/main.ts'
import { checkNode } from '../../cli/doctor/machine.ts'
import { run } from '../fixtures/command.ts'
import { startTestApp, temporaryFolder } from '../helper.ts'

interface Found { check: string, state: string, message: string, todo?: string }

async function examine (t: Parameters<typeof run>[0], env: Record<string, string>) {
  const { code, out } = await run(t, doctorCommand, ['--json'], { env })
  const { findings } = JSON.parse(out) as { findings: Found[] }
  return { code, out, of: (check: string) => findings.filter(finding => finding.check === check) }
}

t.test('finds a running service in order', async t => {
  const { app, url } = await startTestApp(t)
  const { code, of } = await examine(t, { DATA_DIR: app.config.DATA_DIR, PORT: new URL(url).port })
  t.equal(code, 0)
  for (const check of ['node', 'settings', 'data folder', 'databases', 'language model', 'Meilisearch', 'Supabase', 'Redis', 'clock']) {
    t.match(of(check), [{ state: 'ok' }], check)
  }
  t.match(of('service'), [{ state: 'ok', message: /runs at/ }])
  t.match(of('databases'), [{ message: /^\d+ files can be opened/ }])
})

t.test('names a wrong setting, and checks nothing else with it', async t => {
  const { code, of } = await examine(t, { PORT: 'often' })
  t.equal(code, 1)
  t.match(of('settings'), [{ state: 'problem', message: /PORT/, todo: /\.env\.example/ }])
})

t.test('finds open rights, broken files and missing models', async t => {
  const dir = await temporaryFolder(t)
  await mkdir(join(dir, 'companies'))
  await writeFile(join(dir, 'companies', 'shop.sqlite'), 'not a database, and long enough to be read as one: '.repeat(9))
  await chmod(join(dir, 'companies', 'shop.sqlite'), 0o644)
  const { code, of } = await examine(t, { DATA_DIR: dir, MODELS_DIR: join(dir, 'models'), EMBEDDING_MODELS: 'all-MiniLM-L6-v2', PORT: '0' })
  t.equal(code, 1)
  t.match(of('rights'), [{ state: 'warning', todo: /chmod 600/ }])
  t.match(of('databases'), [{ state: 'problem', message: /companies\/shop\.sqlite .*not a database/, todo: /restore/ }])
  t.match(of('embedding all-MiniLM-L6-v2'), [{ state: 'warning', message: /which is empty/ }])
})

t.test('says which back ends are away, and what to do, without their secrets', async t => {
  const dir = await temporaryFolder(t)
  const secret = 'a-secret-that-is-long'
  const { code, out, of } = await examine(t, {
    DATA_DIR: dir, PORT: '0', LLM_URL: 'http://127.0.0.1:1/v1', LLM_MODEL: 'm', LLM_API_KEY: secret, LLM_CONNECT_TIMEOUT_SECONDS: '1',
    MEILI_URL: 'http://127.0.0.1:1', MEILI_KEY: secret, MEILI_KEY_UID: 'uid', REDIS_URL: `redis://user:${secret}@127.0.0.1:1`,
    REDIS_TIMEOUT_MS: '500', SUPABASE_URL: 'postgrest+http://127.0.0.1:1', SUPABASE_KEY: secret, SUPABASE_TIMEOUT_MS: '500',
  })
  t.equal(code, 1)
  for (const check of ['language model', 'Meilisearch', 'Supabase', 'Redis']) {
    t.match(of(check), [{ state: 'problem', todo: String }], check)
  }
  t.notMatch(out, secret)
})

t.test('tells of a clock that is wrong, and of another program on the port', async t => {
  const server = createServer((_, response) => response.writeHead(200, { date: 'Mon, 01 Jan 2024 00:00:00 GMT' }).end('{}'))
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const { of } = await examine(t, {
    DATA_DIR: await temporaryFolder(t), PORT: String(port), LLM_URL: `http://127.0.0.1:${port}/v1`, LLM_MODEL: 'm',
  })
  t.match(of('clock'), [{ state: 'warning', message: /\d+ s ahead of/, todo: /NTP/ }])
  t.match(of('service'), [{ state: 'problem', message: /Another program/ }])
})

t.test('writes lines for people', async t => {
  const { out } = await run(t, doctorCommand, [], { env: { DATA_DIR: join(await temporaryFolder(t), 'none'), PORT: '0' } })
  t.match(out, /^ok {7}node +Node \d/)
  t.match(out, /^warning +data folder +.* does not exist yet\.\n +→ The first start/m)
  t.match(out, /\n0 problems, \d+ warnings?\n$/)
  t.match(checkNode('22.19.0'), { state: 'problem', todo: /Install Node/ })
  t.match(checkNode('24.0.0'), { state: 'ok' })
})
