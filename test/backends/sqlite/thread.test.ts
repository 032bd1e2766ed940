// The store of one file per company: opens, closes and refuses files.
import { existsSync } from 'node:fs'
import { mkdir, readdir, readlink, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { putProfile } from '../../../src/backends/sqlite/profiles.ts'
import { createStore } from '../../../src/backends/sqlite/thread.ts'
import { schemaVersion } from '../../../src/backends/sqlite/schema.ts'
import { document, put, searchFolder, searchStore } from '../../fixtures/search-store.ts'

t.test('has nothing for a company without a file, and creates no file by a read', async t => {
  const { store, path } = await searchStore(t)
  t.same(await store.run('getProfile', 'nobody', null), { profile: null, version: '0' })
  t.same(await store.run('pendingPassages', 'nobody', { after: 0, limit: 10 }), [])
  t.same(await store.run('hideDocuments', 'nobody', { index: 'a', ids: ['b'] }), { hidden: [], version: '0' })
  t.same(await store.run('removeHidden', 'nobody', {}), [])
  t.equal(await store.run('getMeta', 'nobody', 'samples'), undefined)
  await store.run('setMeta', 'nobody', { key: 'samples', value: '1' })
  t.notOk(existsSync(path('nobody')))
  t.same(await store.companies(), [])
})

t.test('serves more companies than files may be open', async t => {
  const { store } = await searchStore(t, { openFiles: 3 })
  const companies = Array.from({ length: 12 }, (_, i) => `company-${String(i).padStart(2, '0')}`)
  for (let round = 0; round < 3; round++) {
    await Promise.all(companies.map(company => put(store, company, [document(`d${round}`, `azurite of ${company}`)])))
  }
  t.same(await store.companies(), companies)
  for (const company of companies) {
    const passages = await store.run('pendingPassages', company, { after: 0, limit: 10 })
    t.same(passages.map(({ text }) => text), Array(3).fill(`azurite of ${company}`))
  }
  if (process.platform !== 'linux') return
  const open = await Promise.all((await readdir('/proc/self/fd')).map(fd => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
  const own = new Set(open.filter(target => /company-\d\d\.sqlite$/.test(target)))
  t.ok(own.size <= 3, `${own.size} are open`)
})

t.test('a company with many tasks keeps no other one waiting', async t => {
  const { store } = await searchStore(t)
  let done = 0
  const flood = Array.from({ length: 200 }, () => store.run('getProfile', 'flood', null).then(() => { done++ }))
  await store.run('getProfile', 'quiet', null)
  t.ok(done <= 3, `${done} of the others came first`)
  await Promise.all(flood)
})

t.test('keeps writes over a restart, and leaves no log behind when closed', async t => {
  const { store, dir } = await searchStore(t)
  await put(store, 'shop', [document('a', 'azurite')])
  await store.close()
  t.same(await readdir(join(dir, 'companies')), ['shop.sqlite'])
  const again = createStore({ dataDir: dir })
  t.teardown(() => again.close())
  t.equal((await again.run('pendingPassages', 'shop', { after: 0, limit: 10 })).length, 1)
})

t.test('notices a file that is deleted or replaced while it is open', async t => {
  const { store, path, dir } = await searchStore(t)
  const texts = async () => (await store.run('pendingPassages', 'shop', { after: 0, limit: 10 })).map(({ text }) => text)
  await put(store, 'shop', [document('a', 'azurite')])
  await rm(path('shop'))
  t.same(await texts(), [])
  t.match(await put(store, 'shop', [document('a', 'malachite')]), { written: 1 })
  t.same(await texts(), ['malachite'])

  const elsewhere = createStore({ dataDir: join(dir, 'elsewhere') })
  await put(elsewhere, 'shop', [document('a', 'obsidian')])
  await elsewhere.close()
  await rename(join(dir, 'elsewhere', 'companies', 'shop.sqlite'), path('shop'))
  t.same(await texts(), ['obsidian'])
})

t.test('treats an empty file as a company without anything, which can be filled', async t => {
  const { store, path } = await searchStore(t)
  await writeFile(path('shop'), '')
  t.same(await store.run('getProfile', 'shop', null), { profile: null, version: '0' })
  t.match(await put(store, 'shop', [document('a', 'azurite')]), { written: 1 })
})

t.test('refuses a file of a later version, and names the version', async t => {
  const { store, path } = await searchStore(t)
  const db = new DatabaseSync(path('shop'))
  db.exec('PRAGMA user_version = 99')
  db.close()
  await t.rejects(store.run('getProfile', 'shop', null), {
    code: 'STORE_UNREADABLE', message: new RegExp(`version 99, this service's is ${schemaVersion}`),
  })
  await t.rejects(put(store, 'shop', [document('a', 'azurite')]), { code: 'STORE_UNREADABLE' })
})

t.test('refuses a database of another program, and leaves it as it was', async t => {
  const { store, path } = await searchStore(t)
  const db = new DatabaseSync(path('shop'))
  db.exec('CREATE TABLE invoices (id)')
  const refused = { code: 'STORE_UNREADABLE', message: /another program/ }
  await t.rejects(store.run('getProfile', 'shop', null), refused)
  await t.rejects(put(store, 'shop', [document('a', 'azurite')]), refused)
  t.same(db.prepare('SELECT name FROM sqlite_schema').all().map(({ name }) => name), ['invoices'])
  db.close()
})

t.test('refuses a data directory that cannot be used', async t => {
  const dir = await searchFolder(t)
  await writeFile(join(dir, 'file'), '')
  t.throws(() => createStore({ dataDir: join(dir, 'file') }), { code: 'STORE_UNREADABLE', message: /DATA_DIR/ })
  await mkdir(join(dir, 'var'))
  await writeFile(join(dir, 'var', 'companies'), '')
  t.throws(() => createStore({ dataDir: join(dir, 'var') }), { code: 'STORE_UNREADABLE', message: /DATA_DIR/ })
})

t.test('survives a data directory that disappears, or becomes a file', async t => {
  const { store, dir } = await searchStore(t)
  await rm(join(dir, 'companies'), { recursive: true })
  await t.rejects(store.companies(), { code: 'STORE_UNREADABLE' })
  t.match(await put(store, 'shop', [document('a', 'azurite')]), { written: 1 }, 'it is made again')
  await rm(join(dir, 'companies'), { recursive: true })
  await writeFile(join(dir, 'companies'), '')
  await t.rejects(store.companies(), { code: 'STORE_UNREADABLE' })
  await t.rejects(put(store, 'new', [document('a', 'azurite')]), { code: 'STORE_UNREADABLE' })
})

t.test('reports a folder in place of a company\'s file', async t => {
  const { store, path } = await searchStore(t)
  await mkdir(path('shop'))
  await t.rejects(store.run('getProfile', 'shop', null), { code: 'STORE_UNREADABLE' })
  await put(store, 'other', [document('a', 'azurite')])
  t.not((await store.run('getProfile', 'other', null)).version, '0')
})

t.test('skips a task that is no longer wanted, and lets a started one end', async t => {
  const { store } = await searchStore(t)
  const leaving = new AbortController()
  const first = put(store, 'shop', [document('a', 'azurite')])
  const abandoned = store.run('setMeta', 'shop', { key: 'left', value: 'yes' }, leaving.signal)
  leaving.abort(new Error('left'))
  await t.rejects(abandoned, { message: 'left' })
  await first
  t.equal(await store.run('getMeta', 'shop', 'left'), undefined)
  await t.rejects(store.run('getMeta', 'shop', 'left', AbortSignal.abort(new Error('gone'))), { message: 'gone' })
})

t.test('passes on an error without a code, and goes on', async t => {
  const { store } = await searchStore(t)
  await t.rejects(store.run('putDocuments', 'shop', null as never), TypeError)
  await t.rejects(putProfile(store, 'shop', { id: 'shop' }), /company profile/)
  t.same(await store.run('getProfile', 'shop', null), { profile: null, version: '0' })
})

t.test('counts what was done', async t => {
  const { store } = await searchStore(t)
  await put(store, 'shop', [document('a', 'azurite')])
  t.match(store.stats(), { waiting: 0, completed: 1 })
})
