// Who may see documents, as the embedded engine keeps it at hand.
import t from 'tap'
import { createSqliteEngine } from '../../../src/backends/sqlite/search.ts'
import type { Store } from '../../../src/backends/sqlite/thread.ts'
import { searchProfile } from '../../fixtures/search-store.ts'

t.test('a document with an access list, written while it is looked up whether there is any, counts from the next question on', async t => {
  const { promise: read, resolve } = Promise.withResolvers<object>()
  const store = { run: () => read, stats: () => ({}) } as unknown as Store
  const engine = createSqliteEngine({ store, timeoutMs: 1000 })
  const shop = searchProfile()
  engine.changed(shop.id, '1')
  const asked = [engine.audience(shop, ['user:ann']), engine.audience(shop, ['user:bob'])]
  engine.changed(shop.id, '2')
  resolve({ named: null, version: '1' })
  t.same(await Promise.all(asked), [null, null])
  t.type(engine.audience(shop, ['user:ann']), Promise, 'it is looked up again')
  engine.changed(shop.id, '1')
  await engine.audience(shop, ['user:ann'])
  t.equal(engine.audience(shop, ['user:bob']), null, 'and then no more, while nothing is written')
})
