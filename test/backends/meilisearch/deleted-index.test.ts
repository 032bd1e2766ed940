// Others delete an index of Meilisearch while the service writes into it.
import t from 'tap'
import { meiliDocuments } from '../../fixtures/meili-documents.ts'
import { startMeili } from '../../fixtures/meili/server.ts'
import { ask, document, ids } from '../../fixtures/search-store.ts'

t.test('reports an index that others delete during a write, and sets it up again with the next one', async t => {
  const server = await startMeili(t)
  const { documents, engine, company } = await meiliDocuments(t, server)
  const third = document('third', 'malachite', { title: 'Lapis' })
  const uid = `${company.id}__products`
  const { generation } = await documents.put(company, 'products', [document('first', 'azurite')])
  t.equal((await documents.put(company, 'products', [document('second', 'beryl')])).generation, generation)

  server.faults.on(request => {
    if (request.method === 'POST' && request.path.endsWith('/documents')) server.indexes.all.delete(uid)
    return undefined
  })
  await t.rejects(documents.put(company, 'products', [third]), { code: 'INDEX_DELETED' })
  server.faults.clear()
  const again = await documents.put(company, 'products', [third])
  t.not(again.generation, generation, 'what was written before is gone, and the caller can tell')
  t.same(ids(await ask(engine, 'malachite', { company })), ['products/third'])
  t.same(ids(await ask(engine, 'lapis', { company })), ['products/third'], 'titles are searched again')
  t.same((await documents.list(company.id, 'products', { after: '', limit: 10, prefix: '' })).map(({ id }) => id), ['third'])
})
