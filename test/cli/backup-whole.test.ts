// Everything that is kept of a company is in a backup that was made while it was written to, and the same in a service on it.
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { backupCommand, restoreCommand } from '../../cli/backup.ts'
import type { CommandIo } from '../../cli/command-io.ts'
import { makeKey } from '../../src/keys/key.ts'
import { run } from '../fixtures/command.ts'
import { until } from '../fixtures/until.ts'
import { fillCompany, keepWriting, readCompany, withoutLoad } from '../fixtures/whole-company.ts'
import { buildTestApp, temporaryFolder } from '../helper.ts'

const makeBackup = (io: CommandIo) => backupCommand(io, '1.2.3')

async function open (t: Test, dataDir: string) {
  const { app } = await buildTestApp(t, { config: { DATA_DIR: dataDir, SAMPLES_DIR: '', KEY_CACHE_SECONDS: 0 } })
  return app
}

t.test('a backup under load, restored elsewhere, has everything of every company', async t => {
  const dir = await temporaryFolder(t)
  const dataDir = join(dir, 'data')
  const filling = await open(t, dataDir)
  const headersOf = async (name: string) => {
    const { text, key } = makeKey({ company: null, scopes: ['admin'], name })
    await filling.keys.create(key)
    return { authorization: `Bearer ${text}` }
  }
  const [headers, reading] = [await headersOf('operator'), await headersOf('reader')]
  const { visitor, site } = await fillCompany({ app: filling, headers }, 'quiet')
  await fillCompany({ app: filling, headers }, 'busy')
  // Counts that wait in memory are written.
  await filling.close()

  const running = await open(t, dataDir)
  const read = (app: typeof running, company: string) => readCompany({ app, headers: reading }, company)
  const quiet = await read(running, 'quiet')
  const busy = withoutLoad(await read(running, 'busy'))
  for (const [name, part] of Object.entries(quiet)) t.not(Array.isArray(part) ? part.length : 1, 0, name)
  const load = keepWriting({ app: running, headers }, 'busy')
  t.teardown(load.stop)
  await until(() => load.rounds > 2)
  const begun = load.rounds
  const made = await run(t, makeBackup, [join(dir, 'backup')], { env: { DATA_DIR: dataDir } })
  await load.stop()
  t.match(made, { code: 0, err: /^2 companies/ })

  const elsewhere = join(dir, 'elsewhere')
  t.match(await run(t, restoreCommand, [join(dir, 'backup')], { env: { DATA_DIR: elsewhere } }), { code: 0 })
  const app = await open(t, elsewhere)
  t.strictSame(await read(app, 'quiet'), quiet)
  const after = await read(app, 'busy')
  t.strictSame(withoutLoad(after), busy)
  // What was answered before the backup began is in it, and nothing has a hole.
  const rounds = (list: object[]) => new Set(JSON.stringify(list).match(/load-\d+/g)).size
  for (const part of ['documents', 'feedback', 'gaps', 'curated', 'evaluations', 'learned', 'sources', 'keys'] as const) {
    t.ok(rounds(after[part]) >= begun - 1, `${part}: ${rounds(after[part])} of ${begun}`)
  }

  const origin = 'https://shop.example'
  const renewed = await app.inject({ method: 'POST', url: '/v1/visitors', headers: { origin }, payload: { site, token: visitor } })
  t.equal(renewed.json().user_id, JSON.parse(Buffer.from(visitor.split('.')[1]!, 'base64url').toString()).sub, 'a visitor stays the same')
  const asked = { method: 'POST', url: '/chat', payload: { message: 'Can I return a tent?', stream: false } } as const
  t.match((await app.inject({ ...asked, headers: { origin, authorization: `Bearer ${visitor}` } })).json(), { answer: /thirty days/ })
})
