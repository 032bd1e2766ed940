// Documents in the company's file: listed, read, pinned, counted and removed, whole.
import t from 'tap'
import { createSqliteDocuments } from '../../src/knowledge/sqlite.ts'
import { ask, document, ids, putVectors, searchProfile, sqliteEngine } from '../fixtures/search-store.ts'

const shop = searchProfile()
const all = { after: '', limit: 100, prefix: '' }
const manual = document('manual', '', {
  title: 'Manual',
  fields: [['Edition', '2026']],
  chunks: [{ n: 0, text: 'It boils a litre.', headings: ['Use'], page: 1, tokens: 5 }, { n: 1, text: 'Descale it.', headings: ['Care', 'Cleaning'], page: 4, tokens: 3 }],
})

async function parts (t: Parameters<typeof sqliteEngine>[0]) {
  const { store, engine } = await sqliteEngine(t)
  const changes: string[] = []
  const documents = createSqliteDocuments({ store, onChanged: (company, version) => { changes.push(`${company} ${version}`) } })
  return { store, engine, documents, changes }
}

t.test('what is put in is listed, page by page, and read back whole', async t => {
  const { documents, changes } = await parts(t)
  t.same(await documents.put(shop, 'products', [manual, ...Array.from({ length: 120 }, (_, n) => document(`lamp-${String(n).padStart(3, '0')}`, `Lamp ${n}`))]), { written: 121, unchanged: 0 })
  t.equal(changes.length, 3, 'in batches')
  t.same(await documents.put(shop, 'products', [manual]), { written: 0, unchanged: 1 })
  const first = await documents.list('shop', 'products', { ...all, limit: 100 })
  const rest = await documents.list('shop', 'products', { ...all, after: first.at(-1)!.id })
  t.same([first.length, rest.map(({ id }) => id).at(-1)], [100, 'manual'])
  t.same((await documents.list('shop', 'products', { ...all, prefix: 'lamp-11' })).length, 10)
  t.match(await documents.get('shop', 'products', 'manual'), {
    id: 'manual', title: 'Manual', chunks: 2, tokens: 8, pinned: false, citedAt: 0, fields: [['Edition', '2026']],
    pieces: [{ n: 0, text: 'It boils a litre.', heading: 'Use', page: 1, tokens: 5 }, { n: 1, text: 'Descale it.', heading: 'Care › Cleaning', page: 4, tokens: 3 }],
  })
  t.equal(await documents.get('shop', 'products', 'nothing'), null)
  t.equal(await documents.get('shop', 'faq', 'manual'), null)
})

t.test('what is removed is found no more', async t => {
  const { documents, engine, changes } = await parts(t)
  await documents.put(shop, 'products', [manual, document('lamp', 'A lamp of azurite')])
  changes.length = 0
  t.equal(await documents.remove('shop', 'products', ['manual', 'nothing']), 1)
  t.equal(changes.length, 1)
  t.equal(await documents.remove('shop', 'products', ['manual']), 0)
  t.equal(changes.length, 1, 'nothing has changed')
  t.same(ids(await ask(engine, 'descale')), [])
  t.same(ids(await ask(engine, 'azurite')), ['products/lamp'])
})

t.test('pinned and cited', async t => {
  const { documents } = await parts(t)
  await documents.put(shop, 'products', [manual])
  t.equal(await documents.pin('shop', 'products', 'manual', true), true)
  t.equal(await documents.pin('shop', 'products', 'nothing', true), false)
  await documents.cite('shop', ['products/manual#1', 'products/manual#1', 'products/gone', 'nonsense'], 1234)
  t.match(await documents.get('shop', 'products', 'manual'), { pinned: true, citedAt: 1234 })
})

t.test('counted by index, and all together', async t => {
  const { documents, store } = await parts(t)
  t.match(await documents.stats('shop'), { documents: 0, chunks: 0, tokens: 0, embedded: 0 })
  await documents.put(shop, 'products', [manual])
  await documents.put(shop, 'faq', [document('a', 'Azurite'), document('b', 'Beryl')])
  t.same(await documents.indexes('shop'), [{ kind: 'faq', documents: 2, chunks: 2, tokens: 0 }, { kind: 'products', documents: 1, chunks: 2, tokens: 8 }])
  await putVectors(store, 'shop', 'm', () => [1, 0])
  const { bytes, ...counts } = await documents.stats('shop')
  t.same(counts, { documents: 3, chunks: 4, tokens: 8, embedded: 4 })
  t.ok(bytes > 4096)
})

t.test('a company without a file has nothing', async t => {
  const { documents } = await parts(t)
  t.same(await documents.list('nobody', 'products', all), [])
  t.equal(await documents.get('nobody', 'products', 'a'), null)
  t.equal(await documents.remove('nobody', 'products', ['a']), 0)
  t.equal(await documents.pin('nobody', 'products', 'a', true), false)
  await documents.cite('nobody', ['products/a'], 1)
  t.same(await documents.indexes('nobody'), [])
})
