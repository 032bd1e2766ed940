// Others reset the settings of an index in Meilisearch: questions notice, leak nothing, and have them set again.
import t from 'tap'
import { createMeilisearch } from '../../../src/backends/meilisearch/index.ts'
import { makeKey } from '../../../cli/meilisearch/keys.ts'
import { meiliTask } from '../../fixtures/meili-engine.ts'
import { meiliDocuments } from '../../fixtures/meili-documents.ts'
import { startMeili } from '../../fixtures/meili/server.ts'
import { ask, document, ids, type Ending } from '../../fixtures/search-store.ts'
import { until } from '../../fixtures/until.ts'

/** Starts a service's part for a company with a document for all and one for the staff. */
async function parts (t: Ending, isWriting: boolean) {
  const server = await startMeili(t)
  const { documents, company, apiKey } = await meiliDocuments(t, server)
  // A document of others comes first.
  const uid = `${company.id}__products`
  await meiliTask(server, 'POST', `/indexes/${uid}/documents?primaryKey=id`, [{ id: 'loaded', title: 'Other', text: 'Beryl.' }])
  await documents.put(company, 'products', [
    document('open', 'Malachite is green.'), document('secret', 'Malachite costs 12 euros.', { access: ['group:staff'] }),
  ])
  const { key, uid: apiKeyUid } = await makeKey({
    url: server.url, adminKey: server.masterKey, kind: 'service', indexes: ['*'], signal: new AbortController().signal,
  })
  let now = 0
  const meilisearch = createMeilisearch({
    url: server.url, apiKey: key, apiKeyUid, writeKey: isWriting ? apiKey : '', plan: 'fanout', concurrency: 50, connections: 8,
    timeoutMs: 20_000, cacheMs: 0, cacheMaxBytes: 1e6, models: [], now: () => now,
  })
  t.teardown(() => meilisearch.close())
  const staff = { names: ['group:staff'] }
  const { engine } = meilisearch
  const search = (selection = { names: [] as string[] }) => ask(engine, 'malachite', { company, selection })
  const reset = (settings: object) => meiliTask(server, 'PATCH', `/indexes/${uid}/settings`, settings)
  return { server, company, meilisearch, engine, staff, search, reset, pass: (seconds: number) => { now += seconds * 1000 } }
}

t.test('an index that cannot be filtered by readers is not searched, with its reason', async t => {
  const { company, engine, staff, search, reset, pass } = await parts(t, false)
  t.same(ids(await search()), ['products/open'])
  t.same(ids(await search(staff)).sort(), ['products/open', 'products/secret'])
  t.same(await engine.audience(company, staff.names), staff.names)
  await reset({ filterableAttributes: [] })
  pass(60)
  await engine.version(company)
  for (const selection of [{ names: [] }, staff]) {
    await t.rejects(search(selection), {
      code: 'SEARCH_UNAVAILABLE', message: /index products: its filterable attributes were reset$/,
    })
  }
})

t.test('a question has the settings set again that others have reset', async t => {
  const { company, meilisearch, engine, staff, search, reset, pass } = await parts(t, true)
  const vectors = meilisearch.writing!.openVectors({
    embedder: { modelFor: () => '', dimensions: () => 0, loaded: async () => {}, embedPassages: async () => null },
    profile: async () => company, companies: async () => [], onChanged: engine.changed, onError: (_, error) => { throw error },
  })
  t.teardown(() => vectors.close())
  t.same(ids(await search()), ['products/open'])
  for (const settings of [{ filterableAttributes: [] }, { searchableAttributes: ['title'] }]) {
    await reset(settings)
    pass(60)
    // Meanwhile it is an error, never an answer without readers.
    await until(async () => await search(staff).then(({ passages }) => passages.length === 2, () => false))
    t.same(ids(await search()), ['products/open'])
    t.same(await engine.audience(company, staff.names), staff.names)
  }
})
