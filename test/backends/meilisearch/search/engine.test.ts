// Behaviour of the Meilisearch engine alone: fan-out, sharing, foreign indexes, embedders, versions.
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { meiliEngine, meiliIndex, meiliTask } from '../../../fixtures/meili-engine.ts'
import { transports } from '../../../fixtures/meili-transports.ts'
import { isFetch, isSearch, model, question, shop, startShop, vectors } from '../../../fixtures/meili-shop.ts'
import { startMeili, type FakeMeili } from '../../../fixtures/meili/server.ts'
import { ask, ids, searchProfile } from '../../../fixtures/search-store.ts'
import { until } from '../../../fixtures/until.ts'

const queries = ({ requests }: FakeMeili): { indexUid: string; q: string; vector?: number[]; limit: number }[] =>
  requests.filter(isSearch).flatMap(({ body }) => body.queries)

t.test('searches each index once per n-gram, and once by vector', async t => {
  const { meili, ask } = await startShop(t)
  await ask({ vectors })
  const words = queries(meili).filter(({ vector }) => !vector).map(({ indexUid, q }) => `${indexUid} ${q}`).sort()
  // A single word is searched by the beginning that its forms share.
  const grams = ['light tent two', 'tent two people', 'light', 'peopl', 'tent', 'two']
  t.same(words, ['shop__faq', 'shop__products'].flatMap(uid => grams.map(gram => `${uid} ${gram}`)).sort())
  t.same(
    queries(meili)
      .filter(({ vector }) => vector)
      .map(({ indexUid, limit }) => [indexUid, limit])
      .sort(),
    [
      ['shop__faq', 50], ['shop__products', 50],
    ]
  )
})

t.test('never has more searches of one question in flight than allowed, with any transport', async t => {
  const many = { ...shop, version: 'many', indexes: Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`k${i}`, { text: ['text'] }])) }
  const long = 'azurite malachite quartz granite basalt marble gypsum obsidian pumice slate chalk flint'
  for (const [name, transport] of Object.entries(transports)) {
    const { meili, ask } = await startShop(t, { concurrency: 12, transport })
    for (const kind of Object.keys(many.indexes)) await meiliIndex(t, meili, `shop__${kind}`)
    // Long enough that as many are in flight as may be.
    meili.faults.on(request => isSearch(request) ? { kind: 'slow', until: delay(20) } : undefined)
    await ask({ company: many, vectors: [{ model, vector: Promise.resolve(vectors[0]!.vector) }] }, long)
    // A request with more searches than that is sent alone.
    const largest = Math.max(...meili.requests.filter(isSearch).map(({ searches }) => searches))
    t.ok(
      meili.inFlight.mostSearches >= Math.min(12, largest) && meili.inFlight.mostSearches <= Math.max(12, largest),
      `${name}: ${meili.inFlight.mostSearches}`
    )
  }
})

t.test('keeps the requests of all questions within the connections', async t => {
  const { meili, ask } = await startShop(t, { connections: 3, transport: searches => searches.map(search => [search]) })
  meili.faults.on(request => isSearch(request) ? { kind: 'slow', until: delay(5) } : undefined)
  await Promise.all(Array.from({ length: 20 }, (_, i) => ask({}, `tent number ${i}`)))
  t.equal(meili.inFlight.mostRequests, 3)
})

t.test('sends equal searches of simultaneous questions once', async t => {
  const { meili, engine, ask } = await startShop(t)
  const found = await Promise.all(Array.from({ length: 10 }, () => ask()))
  for (const one of found) t.same(one, found[0])
  const sent = queries(meili).map(({ indexUid, q }) => `${indexUid} ${q}`)
  t.equal(new Set(sent).size, sent.length)
  t.match(engine.stats(), { searches: { shared: 9 * sent.length } })
})

t.test('reuses results until the documents change', async t => {
  const { meili, engine, ask } = await startShop(t, { cacheMs: 60_000 })
  await ask()
  meili.requests.length = 0
  t.equal(ids(await ask())[0], 'products/tent')
  t.same(meili.requests, [], 'nothing is asked, and no document is read again')
  await meiliTask(meili, 'POST', '/indexes/shop__products/documents', [
    { id: 'tent-2', title: 'Another light tent for two people', text: '', _vectors: { default: null } },
  ])
  engine.changed('shop')
  t.ok(ids(await ask()).includes('products/tent-2'))
})

t.test('sees a change by another program once its information is too old', async t => {
  const { meili, engine, ask } = await startShop(t, { cacheMs: 60_000, refreshMs: 0 })
  const before = await engine.version(shop)
  await meiliTask(meili, 'POST', '/indexes/shop__products/documents', [
    { id: 'tent-2', title: 'Another light tent for two people', text: '', _vectors: { default: null } },
  ])
  // Known information is used once more while it is read again.
  let after = before
  while (after === before) {
    await ask()
    after = await engine.version(shop)
  }
  t.ok(ids(await ask()).includes('products/tent-2'))
})

t.test('does not use old information after a long silence', async t => {
  const { meili, engine } = await startShop(t, { refreshMs: 0, staleMs: 0 })
  const before = await engine.version(shop)
  await meiliTask(meili, 'POST', '/indexes/shop__products/documents', [
    { id: 'tent-2', title: 'Another light tent for two people', text: '', _vectors: { default: null } },
  ])
  t.not(await engine.version(shop), before, 'the next question sees the change')
  await meili.down()
  t.equal(await engine.version(shop), await engine.version(shop), 'known information is used while the server is away')
})

t.test('SEARCH_PLAN=lean sends one search by words and one by vector per index', async t => {
  const { meili, ask } = await startShop(t, { plan: 'lean' })
  t.equal(ids(await ask({ vectors }))[0], 'products/tent')
  t.same(
    queries(meili)
      .map(({ indexUid, q, vector }) => [indexUid, q, vector !== undefined])
      .sort(),
    [
      ['shop__faq', '', true], ['shop__faq', 'light tent two people', false], ['shop__products', '', true],
      ['shop__products', 'light tent two people', false],
    ]
  )
})

t.test('searches an index that the service did not create: other names, other ids, no mapping', async t => {
  const meili = await startMeili(t)
  await meiliIndex(t, meili, 'catalog2019', { primaryKey: 'sku', dimensions: null })
  await meiliTask(meili, 'POST', '/indexes/catalog2019/documents', [
    {
      sku: 17, name: 'Tent Fjell', description: 'A light tent for two people, for every weather.', unit_price: 299,
      link: 'https://shop.example/17',
    },
    {
      sku: 18, name: 'Stove Flamme', description: 'A gas stove that boils a litre in three minutes.', unit_price: 49.9,
      link: 'https://shop.example/18',
    },
  ])
  const company = searchProfile({ indexes: { products: { text: [], uid: 'catalog2019' } } })
  const { passages, degraded } = await ask(await meiliEngine(t, meili), question, { company, vectors })
  t.equal(degraded, undefined)
  t.match(passages[0], {
    id: 'products/17', title: 'Tent Fjell', text: /light tent/, url: 'https://shop.example/17', fields: [['Unit price', '299']],
    similarity: null,
  })
})

t.test('guesses the mapping from the documents that are not chunks, behind many chunks', async t => {
  const meili = await startMeili(t)
  const company = searchProfile({ indexes: { products: { text: [], uid: 'catalog2019' } } })
  const piece = (n: number) => ({ sku: `p${n}`, _doc: 'guide', _key: 'k67', _n: n, _chunks: 40, _title: 'Guide', _text: `Page ${n}` })
  const tent = { sku: 'tent', name: 'Tent Fjell', description: 'A light tent for two people, for every weather.', unit_price: 299 }
  const expected = { id: 'products/tent', title: 'Tent Fjell', text: /light tent/, fields: [['Unit price', '299']] }
  await meiliIndex(t, meili, 'catalog2019', { primaryKey: 'sku', dimensions: null })
  await meiliTask(meili, 'PATCH', '/indexes/catalog2019/settings', { filterableAttributes: ['_n'] })
  await meiliTask(meili, 'POST', '/indexes/catalog2019/documents', [...Array.from({ length: 40 }, (_, n) => piece(n)), tent])
  t.match((await ask(await meiliEngine(t, meili), question, { company })).passages, [expected])
  // Another program removed that from the settings: then only those among the first are found.
  await meiliTask(meili, 'PATCH', '/indexes/catalog2019/settings', { filterableAttributes: [] })
  await meiliTask(meili, 'DELETE', '/indexes/catalog2019/documents')
  await meiliTask(meili, 'POST', '/indexes/catalog2019/documents', [piece(0), tent])
  t.match((await ask(await meiliEngine(t, meili), question, { company })).passages, [expected])
})

t.test('uses an embedder of the service\'s own, and leaves others alone and reports them', async t => {
  const { meili, engine, ask } = await startShop(t)
  await meiliIndex(t, meili, 'shop__pages', { dimensions: null })
  const userProvided = { source: 'userProvided', dimensions: 4 }
  await meiliTask(meili, 'PATCH', '/indexes/shop__pages/settings', { embedders: { another: userProvided, default: userProvided } })
  await meiliTask(meili, 'POST', '/indexes/shop__pages/documents', [
    { id: 'x', title: 'Tents', text: 'Every tent is light', _vectors: { another: null, default: [0, 1, 0, 0] } },
  ])
  const company = { ...shop, version: '2', indexes: { pages: { title: 'title', text: ['text'] } } }
  t.match((await ask({ vectors: [{ model, vector: new Float32Array([0, 1, 0, 0]) }], company })).passages, [
    { id: 'pages/x', similarity: 1 },
  ])
  t.match(engine.stats(), { indexes: { embedders_left_alone: { shop__pages: ['another: another one is used'] } } })
  meili.requests.length = 0
  t.equal(
    (await ask({ vectors: [{ model, vector: new Float32Array([1, 0]) }], company })).degraded, undefined,
    'a vector of another size is no failure'
  )
  t.ok(queries(meili).every(({ vector }) => vector === undefined))
})

t.test('searches an index without an embedder by words only', async t => {
  const { meili, ask } = await startShop(t)
  await meiliIndex(t, meili, 'shop__pages', { dimensions: null })
  await meiliTask(meili, 'POST', '/indexes/shop__pages/documents', [{ id: 'x', title: 'Tents', text: 'Every tent is light' }])
  const found = await ask({
    vectors, company: { ...shop, version: '2', indexes: { ...shop.indexes, pages: { title: 'title', text: ['text'] } } },
  })
  t.equal(found.degraded, undefined)
  t.equal(found.passages.find(({ id }) => id === 'pages/x')!.similarity, null)
  t.ok(queries(meili).every(({ vector, indexUid }) => vector === undefined || indexUid !== 'shop__pages'))
})

t.test('searches an index of any name', async t => {
  const { meili, ask } = await startShop(t)
  await meiliIndex(t, meili, 'shop__constructor')
  await meiliTask(meili, 'POST', '/indexes/shop__constructor/documents', [
    { id: 'x', title: 'Tents', text: 'Every tent is light', _vectors: { default: null } },
  ])
  const found = await ask({ company: searchProfile({ version: '2', indexes: Object.fromEntries([['constructor', { text: ['text'] }]]) }) })
  t.equal(found.degraded, undefined)
  t.same(ids(found), ['constructor/x'])
})

t.test('a question with a misspelt word is compared by the vector of what is meant', async t => {
  const { meili, ask } = await startShop(t)
  await meiliTask(meili, 'POST', '/indexes/shop__products/documents', [
    { id: 'pool', title: 'Inflatable swimming pool', text: 'For the garden.', _vectors: { default: [0, 1, 0, 0] } },
  ])
  const embedded: string[] = []
  const embed = (text: string) => {
    embedded.push(text)
    return [{ model, vector: new Float32Array([0, 1, 0, 0]) }]
  }
  const { passages, degraded } = await ask({ vectors, embed }, 'inflatable swimmign thing')
  t.same(embedded, ['inflatable swimming thing'])
  t.equal(degraded, undefined)
  t.equal(passages.find(({ id }) => id === 'products/pool')?.similarity, 1)
  await ask({ vectors, embed }, 'inflatable swimming thing')
  t.equal(embedded.length, 1)
})

t.test('skips a document that is gone when it is read', async t => {
  const { meili, ask } = await startShop(t)
  const { promise: held, resolve } = Promise.withResolvers<void>()
  meili.faults.on(request => isFetch(request) ? { kind: 'slow', until: held } : undefined)
  const asked = ask()
  await until(() => meili.requests.some(isFetch))
  await meiliTask(meili, 'POST', '/indexes/shop__products/documents/delete-batch', ['tent'])
  resolve()
  const found = await asked
  t.equal(found.degraded, undefined)
  t.notOk(ids(found).includes('products/tent'))
})

t.test('reads each document once, a hundred per request', async t => {
  const { meili, ask } = await startShop(t)
  await meiliTask(
    meili, 'POST', '/indexes/shop__products/documents',
    Array.from({ length: 60 }, (_, i) => ({
      id: `p${i}`, title: `Part ${i}`,
      text: `granite ${i % 3 ? 'slate' : 'marble'} ${i % 5 ? 'chalk' : 'flint'} ${i % 7 ? 'gypsum' : 'pumice'}`,
      _vectors: { default: null },
    }))
  )
  const { passages } = await ask({}, 'granite slate marble chalk flint gypsum pumice')
  t.equal(passages.length, 6)
  const fetches = meili.requests.filter(isFetch)
  t.equal(fetches.length, 1)
  t.equal(fetches[0]!.body.limit, fetches[0]!.body.ids.length)
  t.same(Object.keys(fetches[0]!.body).sort(), ['fields', 'ids', 'limit'])
})
