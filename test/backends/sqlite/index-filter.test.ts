// A search in one index of a large company costs no more than a search in all of them.
import t from 'tap'
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
  const timed = async (indexes?: string[]) => {
    let best = Infinity
    for (let i = 0; i < 3; i++) {
      const began = performance.now()
      await ask(engine, question, indexes ? { indexes } : {})
      best = Math.min(best, performance.now() - began)
    }
    return best
  }
  const whole = await timed()
  // Searching by rowid, one after the other, took over a hundred times as long.
  t.ok(await timed(['products']) < 20 * whole + 50)
})
