// `causerie backup` and `restore`: while the service is written to, checked, and equal afterwards.
import { cp, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { backupCommand, restoreCommand } from '../../cli/backup.ts'
import type { CommandIo } from '../../cli/command-io.ts'
import { makeKey } from '../../src/keys/key.ts'
import { ask, askJson, question } from '../fixtures/app-client.ts'
import { run } from '../fixtures/command.ts'
import { startTestApp, temporaryFolder, type TestApp } from '../helper.ts'

const makeBackup = (io: CommandIo) => backupCommand(io, '1.2.3')

/** Returns everything that users and operators have put in, as the API shows it. */
async function contentOf ({ app, url }: Pick<TestApp, 'app' | 'url'>, key: string) {
  const headers = { authorization: `Bearer ${key}` }
  const get = async (path: string) => (await askJson(url, undefined, { method: 'GET', path, headers })).json
  const { data: documents } = await get('/v1/indexes/faq/documents?company_id=shop')
  return {
    documents,
    texts: await get('/v1/indexes/faq/documents/added?company_id=shop'),
    conversation: await get('/conversations/c1?company_id=shop&user_id=u1'),
    feedback: (await get('/v1/feedback?company_id=shop')).data,
    keys: await app.keys.list(),
  }
}

async function fill (t: Parameters<typeof startTestApp>[0]) {
  const service = await startTestApp(t)
  const { app, url } = service
  const { text: key, key: stored } = makeKey({ company: null, scopes: ['admin'], name: 'admin', expiresAt: null })
  await app.keys.create(stored)
  const headers = { authorization: `Bearer ${key}` }
  const put = (id: string) => askJson(url, [{ id, question: `What is ${id}?`, answer: `It is number ${id}.` }], {
    method: 'PUT', path: '/v1/indexes/faq/documents?company_id=shop', headers,
  })
  const { json: { task } } = await put('added')
  await app.uploads!.whenEnded('shop', task.id)
  const { json } = await askJson(url, { ...question, user_id: 'u1', conversation_id: 'c1' }, { headers })
  const rating = { company_id: 'shop', user_id: 'u1', rating: 1, comment: 'good' }
  await askJson(url, rating, { path: `/chat/${json.answer_id}/feedback`, headers })
  return { ...service, key, put, dataDir: app.config.DATA_DIR }
}

t.test('copies what is there while more is written, and a service on the copy has the same', async t => {
  const { app, url, key, put, dir, dataDir } = await fill(t)
  const before = await contentOf({ app, url }, key)
  t.match(before.texts, { id: 'added' })
  t.equal(before.conversation.turns.length, 1)
  const enough = new AbortController()
  const headers = { authorization: `Bearer ${key}` }
  let written = 0
  const writing = (async () => {
    while (!enough.signal.aborted) {
      await put(`load-${written++}`)
      await (await ask(url, { ...question, message: `Tent ${written}?`, user_id: 'u2' }, { headers })).text()
    }
  })()
  const made = await run(t, makeBackup, [join(dir, 'backup')], { env: { DATA_DIR: dataDir } })
  enough.abort()
  await writing
  t.match(made, { code: 0, err: /^1 company \(\d+ documents, \d+ turns?, 1 rating\) and 1 key, .* each checked/ })
  t.ok(written > 0)
  t.equal((await stat(join(dir, 'backup', 'keys.sqlite'))).mode & 0o077, 0)

  const elsewhere = join(dir, 'elsewhere')
  t.match(await run(t, restoreCommand, [join(dir, 'backup')], { env: { DATA_DIR: elsewhere } }), { code: 0, err: /Start the service/ })
  const restored = await startTestApp(t, { config: { DATA_DIR: elsewhere, SAMPLES_DIR: '' } })
  const after = await contentOf(restored, key)
  const ofBefore = (list: { id: string }[]) => list.filter(({ id }) => !id.startsWith('load-'))
  t.same(ofBefore(after.documents), ofBefore(before.documents))
  t.same({ ...after, documents: [] }, { ...before, documents: [] })
  t.match(after.feedback, [{ comment: 'good' }])
})

t.test('puts nothing in the place of files that are there or in use', async t => {
  const { dir, dataDir } = await fill(t)
  const env = { DATA_DIR: dataDir }
  await run(t, makeBackup, [join(dir, 'backup')], { env })
  t.match(await run(t, makeBackup, [join(dir, 'backup')], { env }), { code: 2, err: /is not empty/ })
  t.match(await run(t, restoreCommand, [join(dir, 'backup')], { env }), { code: 2, err: /exists\. Use --replace/ })
  t.match(await run(t, restoreCommand, [join(dir, 'backup'), '--replace'], { env }), { code: 1, err: /is in use\. Stop the service/ })
  t.match(await run(t, restoreCommand, [join(dir, 'backup'), '--company', 'nobody'], { env }), { code: 2, err: /has no company nobody/ })
  t.match(await run(t, restoreCommand, [join(dir, 'backup'), '--check'], { env }), { code: 0, err: /are whole/ })
})

t.test('names the damaged file for which a backup fails, what to do, and leaves nothing behind', async t => {
  const dir = await temporaryFolder(t)
  const dataDir = join(dir, 'data')
  await mkdir(join(dataDir, 'companies'), { recursive: true })
  await writeFile(join(dataDir, 'companies', 'a.sqlite'), 'this is no database\n'.repeat(1000))
  const { code, err } = await run(t, makeBackup, [join(dir, 'backup')], { env: { DATA_DIR: dataDir } })
  t.equal(code, 1)
  t.match(err, /companies\/a\.sqlite cannot be copied: file is not a database.*causerie restore.*DELETE \/v1\/companies/s)
  t.same(await readdir(dir), ['data'])
})

t.test('puts one company back over a damaged file', async t => {
  const dir = await temporaryFolder(t)
  const dataDir = join(dir, 'data')
  await mkdir(join(dataDir, 'companies'), { recursive: true })
  for (const id of ['a', 'b']) {
    const db = new DatabaseSync(join(dataDir, 'companies', `${id}.sqlite`))
    db.exec(`PRAGMA journal_mode=WAL; CREATE TABLE documents (id); INSERT INTO documents VALUES ('${id}')`)
    db.close()
  }
  const env = { DATA_DIR: dataDir }
  t.match(await run(t, makeBackup, [join(dir, 'backup')], { env }), { code: 0 })
  await writeFile(join(dataDir, 'companies', 'a.sqlite'), 'broken')
  await writeFile(join(dataDir, 'companies', 'a.sqlite-wal'), 'of the broken one')
  t.match(await run(t, restoreCommand, [join(dir, 'backup'), '--company', 'a', '--replace'], { env }), { code: 0 })
  const db = new DatabaseSync(join(dataDir, 'companies', 'a.sqlite'))
  t.same(db.prepare('SELECT id FROM documents').all().map(({ id }) => id), ['a'])
  db.close()
})

t.test('refuses a backup that was changed, cut short or leads elsewhere', async t => {
  const { dir, dataDir } = await fill(t)
  await run(t, makeBackup, [join(dir, 'backup')], { env: { DATA_DIR: dataDir } })
  const env = { DATA_DIR: join(dir, 'elsewhere') }
  const variant = async (name: string, change: (folder: string) => Promise<unknown>) => {
    await cp(join(dir, 'backup'), join(dir, name), { recursive: true })
    await change(join(dir, name))
    return run(t, restoreCommand, [join(dir, name)], { env })
  }
  const manifest = (folder: string) => join(folder, 'backup.json')
  const changed = await variant('changed', folder => writeFile(join(folder, 'keys.sqlite'), 'x'))
  t.match(changed, { code: 1, err: /keys\.sqlite is not as it was/ })
  t.match(await variant('none', folder => writeFile(manifest(folder), '{')), { code: 2, err: /is no backup/ })
  t.match(await variant('evil', async folder => {
    const text = await readFile(manifest(folder), 'utf8')
    await writeFile(manifest(folder), text.replace('"keys.sqlite"', '"../../evil.sqlite"'))
  }), { code: 1, err: /does not belong/ })
  t.same(await readdir(join(dir, 'elsewhere')).catch(() => []), [])
  t.match(await run(t, makeBackup, [join(dir, 'new')], { env }), { code: 2, err: /does not exist/ })
})
