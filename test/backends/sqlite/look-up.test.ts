// What searches look up of a file is read again as soon as anything in it has been written, by whomever.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { lookUp, type CompanyFile } from '../../../src/backends/sqlite/file.ts'
import { openCompanyFile } from '../../../src/backends/sqlite/open.ts'
import { ask, document, put, searchFolder, sqliteEngine } from '../../fixtures/search-store.ts'

t.test('is read once in snapshots, until something is written', async t => {
  const path = join(await searchFolder(t), 'shop.sqlite')
  const file = openCompanyFile(path, true)!
  const other = new DatabaseSync(path)
  t.teardown(() => {
    other.close()
    file.close()
  })
  let reads = 0
  const countTables = (file: CompanyFile) => lookUp(file, 'tables', () => {
    reads++
    return file.db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table'").get()!.n as number
  })
  const inSnapshot = () => file.snapshot(() => countTables(file))
  const before = inSnapshot()
  t.equal(inSnapshot(), before)
  t.equal(reads, 1)
  t.equal(file.snapshot(() => lookUp(file, 'nothing', () => undefined)), undefined)

  file.setMeta('samples', '1')
  inSnapshot()
  t.equal(reads, 2, 'this connection has written')
  other.exec("INSERT INTO meta VALUES ('elsewhere', '1')")
  inSnapshot()
  t.equal(reads, 3, 'another connection has written')
  file.db.exec('CREATE TABLE int8_vectors_7 (window INTEGER PRIMARY KEY)')
  t.equal(inSnapshot(), before + 1)
  file.db.exec('DROP TABLE int8_vectors_7')
  t.equal(inSnapshot(), before)
  t.equal(inSnapshot(), before)
  t.equal(reads, 5, 'tables have come and gone')
})

t.test('is read each time outside of a snapshot, and within a transaction', async t => {
  const file = openCompanyFile(join(await searchFolder(t), 'shop.sqlite'), true)!
  t.teardown(() => file.close())
  const version = () => file.version()
  t.equal(file.snapshot(version), '0')
  file.changed()
  const changed = file.version()
  t.not(changed, '0')
  t.equal(file.snapshot(version), changed)
  file.transaction(() => {
    t.equal(file.snapshot(version), changed)
    file.setMeta('version', 'later')
    t.equal(file.snapshot(version), 'later')
  })
  t.throws(() => file.snapshot(() => { throw new Error('broken') }), { message: 'broken' })
  t.equal(file.lookedUp, null)
})

t.test('a passage that was found before is shown as it is now', async t => {
  const { store, engine } = await sqliteEngine(t)
  const shown = async () => {
    const { passages } = await ask(engine, 'azurite')
    return passages.map(({ title, text, fields }) => [title, text, fields])
  }
  await put(store, 'shop', [{ ...document('a', 'A lamp of azurite.'), title: 'Lamp', fields: [['Price', '5 €']] }])
  const first = await shown()
  t.same(first, [['Lamp', 'A lamp of azurite.', [['Price', '5 €']]]])
  t.same(await shown(), first)
  await put(store, 'shop', [{ ...document('a', 'A lamp of blue azurite.'), title: 'Blue lamp', fields: [['Price', '7 €']] }])
  t.same(await shown(), [['Blue lamp', 'A lamp of blue azurite.', [['Price', '7 €']]]])
})
