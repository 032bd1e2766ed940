// GET /v1/suggest: of the company that asks, quick, and cached by those who may.
import t, { type Test } from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { buildTestApp, type TestOptions } from '../helper.ts'

const origin = 'https://shop.example'

async function make (t: Test, config: TestOptions['config'] = {}) {
  const { app } = await buildTestApp(t, { config: { KEY_CACHE_SECONDS: 0, ...config } })
  const suggest = async (query: string, headers: Record<string, string> = {}) => {
    const response = await app.inject({ url: `/v1/suggest?${query}`, headers })
    return { status: response.statusCode, headers: response.headers, body: response.body === '' ? null : response.json() }
  }
  const texts = async (query: string, headers?: Record<string, string>) =>
    (await suggest(query, headers)).body.suggestions.map(({ text }: { text: string }) => text)
  async function visitor () {
    const { key, text: site } = makeKey({ kind: 'site', company: 'shop', scopes: ['chat'], origins: [origin] })
    await app.keys.create(key)
    const { token } = (await app.inject({ method: 'POST', url: '/v1/visitors', headers: { origin }, body: { site } })).json()
    return { authorization: `Bearer ${token}`, origin }
  }
  return { app, suggest, texts, visitor }
}

t.test('finds the titles of an FAQ as one types', async t => {
  const { texts } = await make(t)
  t.same(await texts('company_id=shop&q=deliv'), ['How long does delivery take?'])
  t.same(await texts('company_id=shop&q=can+i+ret'), ['Can I return a tent?'])
  t.same((await texts('company_id=shop')).sort(), ['Can I return a tent?', 'How long does delivery take?'], 'no title of a product')
  t.equal((await texts('company_id=shop&limit=1')).length, 1)
})

t.test('a new entry is suggested at once, a removed one no longer', async t => {
  const { app, texts } = await make(t)
  t.same(await texts('company_id=shop&q=float'), [])
  const profile = (await app.profiles.get('shop'))!
  await app.documents!.put(profile, 'faq', [{ id: 'float', title: 'Does it float?', text: 'It does.', url: '', fields: [] }])
  t.same(await texts('company_id=shop&q=float'), ['Does it float?'])
  await app.documents!.remove('shop', 'faq', ['float'])
  t.same(await texts('company_id=shop&q=float'), [])
})

t.test('a visitor of a page gets those of its company, and an edge may keep them', async t => {
  const { suggest, visitor } = await make(t)
  const headers = await visitor()
  const own = await suggest('q=deliv', headers)
  t.match(own.headers, { 'cache-control': /^private/, vary: /Authorization/ })
  const named = await suggest('q=deliv&company_id=shop', headers)
  t.same(named.body, { suggestions: [{ text: 'How long does delivery take?' }] })
  t.match(named.headers, { 'cache-control': /^public, .*s-maxage=/, vary: /Origin/, 'access-control-allow-origin': origin })
  t.notMatch(named.headers.vary, /Authorization/)
  t.match((await suggest('q=deliv&company_id=other', headers)).body, { code: 'WRONG_COMPANY' })
  t.equal((await suggest('q=deliv&company_id=shop')).status, 401)
  t.equal((await suggest('q=deliv', { ...headers, origin: 'https://evil.example' })).status, 403)
})

t.test('what a key asks for is kept by nobody else', async t => {
  const { app, suggest } = await make(t)
  const { key, text } = makeKey({ company: 'shop', scopes: ['chat'] })
  await app.keys.create(key)
  const { headers } = await suggest('q=deliv&company_id=shop', { authorization: `Bearer ${text}` })
  t.match(headers, { 'cache-control': 'private, max-age=60', vary: /Authorization/ })
})

t.test('the same again is not sent again', async t => {
  const { suggest } = await make(t)
  const { headers: { etag } } = await suggest('company_id=shop&q=deliv')
  for (const tag of [`${etag}`, `W/${etag}`, `"other", ${etag}`]) {
    t.match(await suggest('company_id=shop&q=deliv', { 'if-none-match': tag }), { status: 304, body: null, headers: { etag } })
  }
  t.equal((await suggest('company_id=shop&q=ret', { 'if-none-match': `${etag}` })).status, 200)
})

t.test('the company is named where the key does not say it, and is known', async t => {
  const { app } = await buildTestApp(t)
  t.match((await app.inject('/v1/suggest?company_id=nobody&q=a')).json(), { code: 'UNKNOWN_COMPANY' })
  t.match((await app.inject('/v1/suggest?q=a')).json(), { code: 'COMPANY_MISSING' })
})

t.test('refuses what is no question, and too many', async t => {
  const { suggest } = await make(t, { RATE_LIMIT_CALLS: 1 })
  for (const query of [`q=${'x'.repeat(401)}`, 'limit=11', 'limit=0', 'more=1', 'q=a&q=b']) {
    t.equal((await suggest(`company_id=shop&${query}`)).status, 400, query)
  }
  const statuses = await Promise.all(Array.from({ length: 21 }, async () => (await suggest('company_id=shop&q=a&user_id=u')).status))
  t.same(statuses.sort(), [...Array.from({ length: 20 }, () => 200), 429])
  t.equal((await suggest('company_id=shop&q=a&user_id=v')).status, 200)
})
