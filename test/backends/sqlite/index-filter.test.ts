// A search in one index of a large company costs no more than a search in all of them.
import t from 'tap'
import { pairedTimes } from '../../fixtures/paired-times.ts'
import { ask, document, put, sqliteEngine } from '../../fixtures/search-store.ts'

t.test('searches a large index in the time of a whole search, not document by document', async t => {
  const { store, engine } = await sqliteEngine(t)
  for (let i = 0; i < 6000; i += 1000) {
    await put(
      store, 'shop', Array.from({ length: 1000 }, (_, j) => document(`p${i + j}`, `lamp azurite number ${i + j} with a cable`))
    )
  }
  await put(store, 'shop', [document('q', 'lamp question')], { index: 'faq' })
  const question = 'lamp azurite cable 17'
  const [inOne, inAll] = await pairedTimes(7, () => ask(engine, question, { indexes: ['products'] }), () => ask(engine, question))
  // Searching by rowid, one after the other, took over a hundred times as long.
  t.ok(inOne < 20 * inAll, `${inOne} ms, and ${inAll} ms in all of them`)
})
