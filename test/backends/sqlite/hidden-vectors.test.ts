// Documents that are being removed are found by no vector; what they share with others is.
import t from 'tap'
import { createSqliteDocuments } from '../../../src/backends/sqlite/documents.ts'
import { unitVector, vectorTypes } from '../../../src/backends/sqlite/vector-codec.ts'
import { random } from '../../../src/evaluation/random.ts'
import { readFilter } from '../../../src/search/filter.ts'
import { vectorOf } from '../../fixtures/app-parts.ts'
import { chunkedDocument } from '../../fixtures/document-store.ts'
import { ask, document, ids, put, putVectors, searchProfile, sqliteEngine } from '../../fixtures/search-store.ts'

const shared = 'The same text of many words, which two documents of this company have in common, from the first one to the last.'

t.test('the vectors of hidden documents are not found, those of a shared text are, in all indexes and in one', async t => {
  const { store, engine } = await sqliteEngine(t)
  const documents = createSqliteDocuments({ store, maxTokens: 100_000, onChanged: () => {} })
  await documents.put(searchProfile(), 'products', [
    chunkedDocument('old', ['A lamp of azurite.', shared]), chunkedDocument('kept', ['A lamp of malachite.', shared]),
  ])
  await putVectors(store, 'shop', 'm', (_, text) => [...vectorOf(text)])
  const found = async (text: string, indexes?: string[]) => {
    const vectors = [{ model: 'm', vector: vectorOf(text) }]
    const { passages } = await ask(engine, 'zeppelin', { vectors, ...(indexes ? { indexes } : {}) })
    return passages.map(({ id }) => id).sort()
  }
  t.same(await found('A lamp of azurite.'), ['products/kept#0', 'products/old#0', 'products/old#1'])
  await store.run('hideDocuments', 'shop', { index: 'products', ids: ['old'] })
  for (const indexes of [undefined, ['products']]) {
    t.same(await found('A lamp of azurite.', indexes), ['products/kept#0', 'products/kept#1'])
  }
  t.same(await found('A lamp of azurite.', ['faq']), [])
})

for (const type of vectorTypes) {
  t.test(`${type}: a large removal of what is nearest leaves the rest to be found, in all indexes, in one and with a filter`, async t => {
    const { store, engine } = await sqliteEngine(t)
    const next = random(7)
    const direction = Array.from({ length: 128 }, () => next() - 0.5)
    const near = () => direction.map(value => value + 0.1 * (next() - 0.5))
    // More than are looked at by any way of searching.
    const removed = Array.from({ length: 900 }, (_, n) => `near-${n}`)
    const kept = Array.from({ length: 6 }, (_, n) => `far-${n}`)
    const all = [...removed, ...kept].map(id => document(id, id, { values: [['colour', ['red']]] }))
    for (let i = 0; i < all.length; i += 200) await put(store, 'shop', all.slice(i, i + 200))
    await putVectors(store, 'shop', 'm', (_, text) => text.startsWith('near') ? near() : near().map(value => -value), type)
    const filter = readFilter({ colour: 'red' })
    const limits = { all: {}, index: { indexes: ['products'] }, filter: { selection: { names: [], filter } } }
    const found = async (more: object) =>
      ids(await ask(engine, 'zeppelin', { vectors: [{ model: 'm', vector: unitVector(Float32Array.from(direction)) }], ...more })).sort()
    for (const [name, more] of Object.entries(limits)) t.match(await found(more), Array(6).fill(/near/), name)
    await store.run('hideDocuments', 'shop', { index: 'products', ids: removed })
    for (const [name, more] of Object.entries(limits)) t.same(await found(more), kept.map(id => `products/${id}`), name)
  })
}
