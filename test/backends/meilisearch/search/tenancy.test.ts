// Searches reach only the company's own documents, with the right key.
import t from 'tap'
import { createMeilisearch } from '../../../../src/backends/meilisearch/index.ts'
import { buildApp } from '../../../../src/app.ts'
import { makeConfig } from '../../../../src/config.ts'
import { meiliKey } from '../../../fixtures/meili-engine.ts'
import { startMeili } from '../../../fixtures/meili/server.ts'
import { clock, isSearch, shop, startShop, vectors } from '../../../fixtures/meili-shop.ts'
import { until } from '../../../fixtures/until.ts'
import { ask, ids, searchProfile } from '../../../fixtures/search-store.ts'
import { temporaryFolder } from '../../../helper.ts'

const payload = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

t.test('searches with a short-lived token for the company\'s own indexes, and reads documents with the key', async t => {
  const { meili, options, ask } = await startShop(t)
  await ask({ vectors })
  const searches = meili.requests.filter(isSearch)
  t.ok(searches.length > 0)
  for (const { token } of searches) {
    const { searchRules, apiKeyUid, exp } = payload(token!)
    t.same(Object.keys(searchRules).sort(), ['shop__faq', 'shop__products'])
    t.equal(apiKeyUid, options.apiKeyUid)
    t.ok(exp > Date.now() / 1000 && exp < Date.now() / 1000 + 3600)
  }
  for (const request of meili.requests.filter(request => !isSearch(request))) t.ok(request.token === options.apiKey, request.path)
})

t.test('opens only the requested indexes', async t => {
  const { meili, ask } = await startShop(t)
  await ask({ indexes: ['faq'] })
  t.same(Object.keys(payload(meili.requests.find(isSearch)!.token!).searchRules), ['shop__faq'])
})

t.test('opens nothing of another company with a token', async t => {
  const { meili, ask } = await startShop(t)
  await ask()
  const { token } = meili.requests.find(isSearch)!
  const other = await fetch(`${meili.url}/indexes/other__faq/search`, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: '{"q":"x"}',
  })
  t.equal(other.status, 403)
})

t.test('refuses a profile that names another company\'s index', async t => {
  const { engine } = await startShop(t)
  const thief = (uid: string) => searchProfile({ id: 'thief', indexes: { faq: { text: ['text'], uid } } })
  await t.rejects(ask(engine, 'people', { company: thief('shop__faq') }), { code: 'INDEX_TAKEN' })
  await t.rejects(ask(engine, 'people', { company: thief('nobody__faq') }), { code: 'INDEX_TAKEN' }, 'nor one of a company that may come')
})

t.test('gives an index of any name to the company that used it first, until it lets it go', async t => {
  const { engine } = await startShop(t)
  const named = (id: string, uid: string, version: string) => searchProfile({ id, version, indexes: { faq: { text: ['text'], uid } } })
  // The index does not exist, which is a different error.
  await t.rejects(ask(engine, 'people', { company: named('first', 'common', '1') }), { code: 'SEARCH_UNAVAILABLE' })
  await t.rejects(ask(engine, 'people', { company: named('second', 'common', '1') }), { code: 'INDEX_TAKEN' })
  await t.rejects(ask(engine, 'people', { company: named('first', 'another', '2') }), { code: 'SEARCH_UNAVAILABLE' })
  await t.rejects(ask(engine, 'people', { company: named('second', 'common', '1') }), { code: 'SEARCH_UNAVAILABLE' })
})

t.test('frees an index that its company has not searched for an hour', async t => {
  const time = clock()
  const { engine } = await startShop(t, { now: time.now })
  const named = (id: string) => searchProfile({ id, indexes: { faq: { text: ['text'], uid: 'common' } } })
  const asked = (id: string) => ask(engine, 'people', { company: named(id) })
  await t.rejects(asked('before'), { code: 'SEARCH_UNAVAILABLE' })
  time.pass(3599)
  await t.rejects(asked('after'), { code: 'INDEX_TAKEN' })
  time.pass(2)
  await t.rejects(asked('after'), { code: 'SEARCH_UNAVAILABLE' })
  await engine.version(named('before'))
  await t.rejects(asked('before'), { code: 'INDEX_TAKEN' }, 'cached information does not open it')
})

t.test('does not let a company whose index the key cannot open slow down the others', async t => {
  for (const known of [true, false]) {
    const { meili, engine, ask } = await startShop(t, { known, opens: ['shop__*'], refreshMs: 0 })
    for (let i = 0; i < 5; i++) {
      await t.rejects(ask({ company: { ...shop, id: 'other' } }), { code: 'SEARCH_UNAVAILABLE', message: /not allowed/ })
    }
    t.ok(meili.requests.filter(({ path }) => path === '/keys').length <= 2, 'the key is not looked at each time')
    const found = await ask({ vectors })
    t.equal(found.degraded, undefined)
    t.equal(found.passages[0]!.similarity, 1)
    t.match(engine.stats(), { indexes: { rights: { documents: true, indexes: true, settings: true } } })
  }
})

t.test('remembers a right of the key in spite of one refusal', async t => {
  const { meili, engine, ask } = await startShop(t)
  meili.faults.on(({ path }) => path === '/indexes/shop__faq' ? 'forbidden' : undefined)
  engine.changed('shop')
  t.match((await ask()).degraded, 'index faq: not allowed')
  meili.faults.clear()
  engine.changed('shop')
  t.equal((await ask()).degraded, undefined)
  t.match(engine.stats(), { indexes: { rights: { indexes: true } } })
})

t.test('stops the start, with the reason, when the key may do too much or is not the expected one', async t => {
  const meili = await startMeili(t)
  const dir = await temporaryFolder(t)
  const start = (key: { apiKey: string; apiKeyUid: string }) =>
    buildApp(
      makeConfig({
        DATA_DIR: dir, SAMPLES_DIR: '', LOG_LEVEL: 'silent', MEILI_URL: meili.url, MEILI_KEY: key.apiKey, MEILI_KEY_UID: key.apiKeyUid,
        EMBEDDING_MODELS: 'none/none', MODELS_HUB_URL: '',
      })
    )
  const good = await meiliKey(t, meili)
  const uid = good.apiKeyUid
  await t.rejects(start({ apiKey: meili.masterKey, apiKeyUid: uid }), {
    code: 'SEARCH_REFUSED', message: /master key, or an admin's.*causerie meili keys/,
  })
  await t.rejects(start(await meiliKey(t, meili, ['*'])), { code: 'SEARCH_REFUSED', message: /admin's/ })
  await t.rejects(start({ ...good, apiKeyUid: '6f1b4b1e-7f3a-4c52-9a36-0d6f5a3b2c1d' }), {
    code: 'SEARCH_REFUSED', message: /MEILI_KEY_UID is not its uid/,
  })
  await t.rejects(start({ apiKey: 'x'.repeat(64), apiKeyUid: uid }), { code: 'SEARCH_REFUSED', message: /not known to the server/ })
  const app = await start(good)
  await app.close()
})

t.test('reports the reason once the key is deleted while the service runs', async t => {
  const { meili, engine, options, ask: question } = await startShop(t)
  t.equal(await engine.unavailable(), null)
  await fetch(`${meili.url}/keys/${options.apiKeyUid}`, { method: 'DELETE', headers: { authorization: `Bearer ${meili.masterKey}` } })
  await t.rejects(question(), { code: 'SEARCH_UNAVAILABLE', message: /not allowed/ })
  await t.rejects(question(), { code: 'SEARCH_REFUSED', message: /not known to the server/ })
  t.match(await engine.unavailable(), /not known to the server/)
})

t.test('reports it also when the indexes are read first', async t => {
  const { meili, engine, options, ask } = await startShop(t, { refreshMs: 0 })
  await fetch(`${meili.url}/keys/${options.apiKeyUid}`, { method: 'DELETE', headers: { authorization: `Bearer ${meili.masterKey}` } })
  engine.changed('shop')
  await t.rejects(ask(), { code: 'SEARCH_UNAVAILABLE', message: /index faq: not allowed/ })
  await t.rejects(ask(), { code: 'SEARCH_REFUSED' })
})

t.test('checks the key once for all waiting questions, and makes none of them wait', async t => {
  const { meili, engine, ask } = await startShop(t, { known: false })
  const { promise, resolve } = Promise.withResolvers<void>()
  const isLook = ({ path }: { path: string }) => path === '/keys'
  meili.faults.on(request => isLook(request) ? { kind: 'slow', until: promise } : undefined)
  const leaving = new AbortController()
  const left = ask({ signal: leaving.signal })
  const stayed = [ask(), ask(), engine.check()]
  await until(() => meili.requests.some(isLook))
  leaving.abort(new Error('left'))
  await t.rejects(left, { message: 'left' })
  resolve()
  await Promise.all(stayed)
  t.equal(meili.requests.filter(isLook).length, 1)
})

t.test('returns documents with the hits when the key may only search', async t => {
  const { meili, engine, ask } = await startShop(t, { actions: ['search'], known: false })
  const { passages, degraded } = await ask({ vectors })
  t.equal(degraded, undefined)
  t.match(passages[0], { id: 'products/tent', title: 'Tent Fjell', text: /light tent for two/, fields: [['Price', '299.00 €']] })
  t.notOk(meili.requests.some(({ path, method }) => path.endsWith('/documents/fetch') && method === 'POST'))
  t.match(engine.stats(), { indexes: { rights: { documents: false, indexes: false, settings: false } } })
  t.ok(passages.every(({ similarity }) => similarity === null), 'the embedders cannot be seen')
  t.match(await engine.version(shop), /^shop__\w+ \d/, 'a version that ends by itself')
})

t.test('searches a local server without keys', async t => {
  const meili = await startMeili(t)
  const { engine, close } = createMeilisearch({
    url: meili.url, apiKey: '', apiKeyUid: '', plan: 'fanout', concurrency: 50, connections: 20, timeoutMs: 5000, cacheMs: 0,
    cacheMaxBytes: 1_000_000, models: ['m'],
  })
  t.teardown(close)
  await t.resolves(engine.check())
  t.same(meili.requests, [])
  await t.rejects(ask(engine, 'tent', { company: shop }), { code: 'SEARCH_UNAVAILABLE' })
  t.ok(meili.requests.every(({ token }) => token === null))
  t.same(ids({ passages: [] }), [])
})
