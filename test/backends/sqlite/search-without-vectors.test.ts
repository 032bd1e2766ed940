// Before a company's first vectors are there, or where the models cannot be had: what words alone do not find.
import t from 'tap'
import { ask, document, ids, put, putVectors, sqliteEngine } from '../../fixtures/search-store.ts'

t.test('a question without words of its own finds the type of fact that it asks for', async t => {
  const { store, engine } = await sqliteEngine(t)
  const documents = [document('a', 'Ring 01632 960 114.'), document('b', 'All lamps are hand made.'), document('c', 'A lamp is 12 €.')]
  await put(store, 'shop', documents)
  const found = async (question: string) => ids(await ask(engine, question))
  t.same(await found('What is your phone number?'), ['products/a'])
  t.same(await found('And what of them?'), [], 'nothing is asked for that a text could hold')
  await putVectors(store, 'shop', 'm', () => [1, 0])
  const vectors = [{ model: 'm', vector: new Float32Array([1, 0]) }]
  t.equal((await ask(engine, 'phone number', { vectors })).passages.length, 3, 'vectors find by themselves')
})
