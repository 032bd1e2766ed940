// Searches while vectors are being made: some documents have theirs, others not yet.
import t from 'tap'
import { ask, document, ids, put, putVectors, sqliteEngine } from '../../fixtures/search-store.ts'

const vectors = (model: string, ...values: number[]) => [{ model, vector: new Float32Array(values) }]

t.test('a document whose vectors are still to be made is ranked by its words, not behind those that have theirs', async t => {
  const { store, engine } = await sqliteEngine(t)
  await put(store, 'shop', ['one', 'two', 'three'].map(id => document(id, `number ${id} of the minerals`)))
  await putVectors(store, 'shop', 'e5-small', () => [1, 0])
  await put(store, 'shop', [document('new', 'azurite of the minerals')])
  t.same(ids(await ask(engine, 'azurite minerals', { vectors: vectors('e5-small', 1, 0) }))[0], 'products/new')
})
