// With a key that writes, a company's documents go into Meilisearch through the same port as into its own files.
import t, { type Test } from 'tap'
import { makeKey } from '../../cli/meilisearch/keys.ts'
import { createMeilisearchDocuments } from '../../src/backends/meilisearch/documents.ts'
import { readEvents } from '../../bench/checks.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { meiliAdmin, meiliKey } from '../fixtures/meili-engine.ts'
import { until } from '../fixtures/until.ts'
import { startMeili } from '../fixtures/meili/server.ts'
import { document, searchProfile } from '../fixtures/search-store.ts'
import { startTestApp } from '../helper.ts'

async function start (t: Test, { writes = true } = {}) {
  const meili = await startMeili(t)
  const { apiKey, apiKeyUid } = await meiliKey(t, meili)
  const { key } = await makeKey({
    url: meili.url, adminKey: meili.masterKey, kind: 'writing', indexes: ['shop__*'], signal: new AbortController().signal,
  })
  const { app, url } = await startTestApp(t, {
    model: fakeModel(['Two days. [1]']),
    config: { MEILI_URL: meili.url, MEILI_KEY: apiKey, MEILI_KEY_UID: apiKeyUid, MEILI_WRITE_KEY: writes ? key : '' },
  })
  return { app, url, meili }
}

t.test('finds, lists and removes uploaded documents', async t => {
  const { app } = await start(t)
  const shop = (await app.profiles.get('shop'))!
  t.match(
    await app.documents!.put(shop, 'faq', [
      document('guides/delivery', '', {
        title: 'Delivery', chunks: [{ n: 0, text: 'Delivery takes two working days.', headings: ['Times'], page: 2, tokens: 6 }],
      }),
    ]),
    { written: 1 }
  )
  const asked = await app.inject({
    method: 'POST', url: '/chat', body: { company_id: 'shop', user_id: 'u', message: 'How long does delivery take?' },
  })
  t.match(readEvents(Buffer.from(asked.body)).find(({ event }) => event === 'sources')!.data.sources, [
    { id: 'faq/guides/delivery', title: 'Delivery', heading: 'Times', page: 2 },
  ])
  t.match((await app.inject('/v1/indexes/faq/documents?company_id=shop')).json(), {
    data: [{ id: 'guides/delivery', chunks: 1, tokens: 6, pinned: false }], next: null,
  })
  t.match((await app.inject('/v1/knowledge/stats?company_id=shop')).json(), { total_documents: 1, total_chunks: 1, total_tokens: 6 })
  t.equal((await app.inject({ method: 'DELETE', url: '/v1/indexes/faq/documents/guides%2Fdelivery?company_id=shop' })).statusCode, 204)
  t.match(
    (await app.inject('/v1/indexes?company_id=shop')).json().data.find(({ kind }: { kind: string }) => kind === 'faq'), { documents: 0 }
  )
})

t.test('refuses documents without a key that writes', async t => {
  const { app } = await start(t, { writes: false })
  t.equal(app.documents, null)
  t.match((await app.inject('/v1/indexes/faq/documents?company_id=shop')).json(), { code: 'NOT_SUPPORTED' })
})

t.test('ends requests that wait for Meilisearch on close', { timeout: 20_000 }, async t => {
  const { app, url, meili } = await start(t)
  const shop = (await app.profiles.get('shop'))!
  await app.documents!.put(shop, 'faq', [document('delivery', 'Delivery takes two working days.')])
  const removing = Promise.withResolvers<void>()
  const reading = Promise.withResolvers<void>()
  meili.faults.on(({ path, body }) => {
    if (path.endsWith('/documents/delete')) removing.resolve()
    else if (body?.sort?.length === 2) reading.resolve()
    else return undefined
    return 'silence'
  })
  const removal = fetch(`${url}/v1/indexes/faq/documents/delivery?company_id=shop`, { method: 'DELETE' })
  const summary = fetch(`${url}/v1/knowledge/summary?company_id=shop`)
  await Promise.all([removing.promise, reading.promise])
  const began = performance.now()
  await app.close()
  t.ok(performance.now() - began < 30_000, 'it is not waited for')
  for (const answer of [await removal, await summary]) t.match(await answer.json(), { statusCode: 503, code: 'SHUTTING_DOWN' })
})

t.test('adds missing vectors after a start, whatever the index is called', async t => {
  const meili = await startMeili(t)
  const { apiKey, apiKeyUid } = await meiliKey(t, meili)
  const { key } = await makeKey({
    url: meili.url, adminKey: meili.masterKey, kind: 'writing', indexes: ['catalog2019'], signal: new AbortController().signal,
  })
  const company = searchProfile({ indexes: { products: { text: ['text'], uid: 'catalog2019' } } })
  const get = async (id: string) => id === company.id ? company : null
  const before = createMeilisearchDocuments({
    admin: meiliAdmin(t, { url: meili.url, apiKey: key }), maxTokens: 1000, profile: get, onChanged () {},
  })
  t.teardown(() => before.close())
  await before.put(company, 'products', [document('tent', 'A light tent')])
  const profileStore = { get, companies: async () => [company.id], unavailable: async () => null }
  await startTestApp(t, {
    profileStore, config: { MEILI_URL: meili.url, MEILI_KEY: apiKey, MEILI_KEY_UID: apiKeyUid, MEILI_WRITE_KEY: key },
  })
  await until(async () => (await before.stats(company.id)).embedded === 1)
  t.pass('its piece has its vector')
})

t.test('deletes a company with its indexes, and no other one', async t => {
  const { app, meili } = await start(t)
  const shop = (await app.profiles.get('shop'))!
  await app.documents!.put(shop, 'faq', [document('delivery', 'It takes two working days.'), document('returns', 'Within thirty days.')])
  await app.documents!.cite('shop', ['faq/delivery'], 1)
  const other = { ...searchProfile({ id: 'shop2', indexes: { faq: { text: ['text'] } } }) }
  const { key } = await makeKey({
    url: meili.url, adminKey: meili.masterKey, kind: 'writing', indexes: ['shop2__*'], signal: new AbortController().signal,
  })
  const others = createMeilisearchDocuments({
    admin: meiliAdmin(t, { url: meili.url, apiKey: key }), maxTokens: 1000, profile: async () => other, onChanged () {},
  })
  t.teardown(() => others.close())
  await others.put(other, 'faq', [document('hours', 'We open at nine.')])

  const deleted = await app.inject({ method: 'DELETE', url: '/v1/companies/shop' })
  t.match(deleted.json().removed, [
    { what: 'documents', where: 'Meilisearch', count: Number }, { what: 'file of the company' }, { what: 'profile' },
  ])
  const left = await meiliAdmin(t, { url: meili.url, apiKey: meili.masterKey })
    .ask<{ results: { uid: string }[] }>('GET', '/indexes', null, new AbortController().signal)
  const count = async (uid: string) => (await meiliAdmin(t, { url: meili.url, apiKey: meili.masterKey })
    .ask<{ numberOfDocuments: number }>('GET', `/indexes/${uid}/stats`, null, new AbortController().signal)).numberOfDocuments
  t.same(await Promise.all(left.results.map(async ({ uid }) => uid.startsWith('shop__') ? await count(uid) : 0)), left.results.map(() => 0))
  t.equal((await others.stats('shop2')).documents, 1)
})
