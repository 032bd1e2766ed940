// Access lists of documents in Meilisearch: set by hand, kept, loaded, and held although the index was looked at before.
import t from 'tap'
import { startMeili } from '../../fixtures/meili/server.ts'
import { meiliDocuments } from '../../fixtures/meili-documents.ts'
import { meili, meiliEngine, meiliIndex, meiliTask } from '../../fixtures/meili-engine.ts'
import { ask, document, ids, searchProfile } from '../../fixtures/search-store.ts'

const staff = { names: ['group:staff'] }

t.test('a list that was set by hand stays when an upload names none, and is taken away by hand', async t => {
  const { documents, engine, company } = await meiliDocuments(t, await startMeili(t))
  const [kind] = Object.keys(company.indexes) as [string]
  const found = async (selection: { names: string[] }) => ids(await ask(engine, 'lamp', { company, selection }))
  await documents.put(company, kind, [document('a', 'A lamp'), document('b', 'A lamp with a list', { access: ['group:staff'] })])
  t.same(await found({ names: [] }), [`${kind}/a`])
  t.equal(await documents.setAccess(company.id, kind, 'a', ['group:staff']), true)
  t.same(await found({ names: [] }), [])
  t.same((await found(staff)).sort(), [`${kind}/a`, `${kind}/b`])
  await documents.put(company, kind, [document('a', 'A lamp in another version')])
  t.same(await found({ names: [] }), [])
  t.same((await documents.get(company.id, kind, 'a'))?.access, ['group:staff'])
  await documents.setAccess(company.id, kind, 'a', null)
  t.same(await found({ names: [] }), [`${kind}/a`])
  t.notOk((await documents.get(company.id, kind, 'a'))?.access)
  t.equal(await documents.setAccess(company.id, kind, 'nothing', []), false)
  await documents.put(company, kind, [
    document('a', 'A lamp again', { title: 'A lamp?' }), document('c', 'C', { title: 'Pay?', access: [] }),
  ])
  t.same(await documents.questions(company.id, 10), ['A lamp?'])
  t.same((await documents.chunks(company.id, 10)).map(({ text }) => text), ['A lamp again'])
})

t.test('a restricted document that another process has just written is not shown, although the index is known as open', async t => {
  const server = await startMeili(t)
  await meiliIndex(t, server, 'shop__products')
  await meiliIndex(t, server, 'shop__faq')
  const attributePatterns = ['_access', '_v', '_num_*', '_date_*']
  await meiliTask(server, 'PATCH', '/indexes/shop__products/settings', {
    filterableAttributes: [{ attributePatterns, features: { facetSearch: false, filter: { equality: true, comparison: true } } }],
  })
  const write = (id: string, more: object = {}) => meiliTask(server, 'POST', '/indexes/shop__products/documents', [
    { id, title: 'Lamp', text: 'A lamp', _vectors: { default: null }, ...more },
  ])
  await write('a')
  const engine = await meiliEngine(t, server, { cacheMs: 0 })
  const company = searchProfile()
  t.same(ids(await ask(engine, 'lamp', { company })), ['products/a'])
  await write('b', { _access: ['nobody'] })
  t.equal((await meili(server, 'GET', '/indexes/shop__products/documents/b')).title, 'Lamp')
  t.same(ids(await ask(engine, 'lamp', { company })), ['products/a'])
})
