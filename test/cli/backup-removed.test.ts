// What was deleted stays deleted after a restore, unless it is what is restored: then it comes back whole.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { backupCommand, restoreCommand } from '../../cli/backup.ts'
import type { CommandIo } from '../../cli/command-io.ts'
import { copySqliteFile } from '../../src/backends/sqlite/backup.ts'
import { makeKey } from '../../src/keys/key.ts'
import { run } from '../fixtures/command.ts'
import { buildTestApp, temporaryFolder, writeCompany } from '../helper.ts'

const makeBackup = (io: CommandIo) => backupCommand(io, '1.2.3')

/** Starts a service on a data folder, with the sample companies `shop` and `store`. */
async function open (t: Test, dir: string, dataDir: string) {
  const samples = join(dir, 'samples')
  for (const id of ['shop', 'store']) await writeCompany(samples, id)
  const { app } = await buildTestApp(t, { config: { DATA_DIR: dataDir, SAMPLES_DIR: samples, KEY_CACHE_SECONDS: 0 } })
  return app
}

async function withTwoCompanies (t: Test) {
  const dir = await temporaryFolder(t)
  const dataDir = join(dir, 'data')
  const app = await open(t, dir, dataDir)
  for (const company of ['shop', 'store']) {
    await app.keys.create(makeKey({ company, scopes: ['chat'], name: `of ${company}` }).key)
    app.usage.count(company, null, { questions: 3 })
  }
  await app.usage.flush()
  return { dir, dataDir, app }
}

const keysOf = async (app: Awaited<ReturnType<typeof open>>, company: string) =>
  (await app.keys.list(company)).map(({ name, revokedAt }) => `${name}${revokedAt === null ? '' : ', revoked'}`)
const questionsOf = async (app: Awaited<ReturnType<typeof open>>, company: string) =>
  (await app.usage.read(company, '2000-01-01', '2999-01-01')).map(({ questions }) => questions)

t.test('a sample company that was deleted does not come back with the samples', async t => {
  const { dir, dataDir, app } = await withTwoCompanies(t)
  await app.removeCompany('shop')
  t.match(await run(t, makeBackup, [join(dir, 'backup')], { env: { DATA_DIR: dataDir } }), { code: 0 })
  const elsewhere = join(dir, 'elsewhere')
  t.match(await run(t, restoreCommand, [join(dir, 'backup')], { env: { DATA_DIR: elsewhere } }), { code: 0 })
  const restored = await open(t, dir, elsewhere)
  t.same(await restored.profileStore.companies(), ['store'])
})

t.test('one company that was deleted comes back with its keys and counts, and the others stay as they are', async t => {
  const { dir, dataDir, app } = await withTwoCompanies(t)
  await run(t, makeBackup, [join(dir, 'backup')], { env: { DATA_DIR: dataDir } })
  await app.removeCompany('shop')
  const [key] = await app.keys.list('store')
  await app.keys.revoke(key!.id, new Date().toISOString())
  t.same([await keysOf(app, 'shop'), await questionsOf(app, 'shop')], [[], []])
  await app.close()
  const restored = await run(t, restoreCommand, [join(dir, 'backup'), '--company', 'shop'], { env: { DATA_DIR: dataDir } })
  t.match(restored, { code: 0, err: /^1 company .* and 1 key/ })
  const after = await open(t, dir, dataDir)
  t.same((await after.profileStore.companies()).sort(), ['shop', 'store'])
  t.same([await keysOf(after, 'shop'), await questionsOf(after, 'shop')], [['of shop'], [3]])
  t.same([await keysOf(after, 'store'), await questionsOf(after, 'store')], [['of store, revoked'], [3]])
  t.equal(await after.store.run('isRemoved', 'shop', null), false, 'it may be written to at once')
})

t.test('one company is put into an empty folder with its keys alone', async t => {
  const { dir, dataDir } = await withTwoCompanies(t)
  await run(t, makeBackup, [join(dir, 'backup')], { env: { DATA_DIR: dataDir } })
  const elsewhere = join(dir, 'elsewhere')
  await run(t, restoreCommand, [join(dir, 'backup'), '--company', 'shop'], { env: { DATA_DIR: elsewhere } })
  await rm(join(dir, 'samples'), { recursive: true })
  const { app } = await buildTestApp(t, { config: { DATA_DIR: elsewhere, SAMPLES_DIR: '' } })
  t.same(await app.profileStore.companies(), ['shop'])
  t.same((await app.keys.list()).map(({ name }) => name), ['of shop'])
  t.same([await questionsOf(app, 'shop'), await questionsOf(app, 'store')], [[3], []])
})

t.test('a company that is deleted during the backup is not in it', async t => {
  const { dir, dataDir } = await withTwoCompanies(t)
  t.equal(await copySqliteFile(dataDir, join(dir, 'copy'), 'companies/gone.sqlite'), null)
})
