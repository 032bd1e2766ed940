// A service without keys, driven by a web page, a rebound name or a proxy, over real sockets.
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { refuseWithoutKey } from '../../src/keyless.ts'
import { ask, question } from '../fixtures/app-client.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { buildTestApp, samples, startTestApp } from '../helper.ts'

const payload = { ...question, stream: false }
/** Requests that read, ask and write. */
const requests: [method: string, path: string, body?: object][] = [
  ['POST', '/chat', payload],
  ['POST', '/v1/chat/completions', { model: 'shop', messages: [{ role: 'user', content: payload.message }] }],
  ['GET', '/v1/models'],
  ['GET', '/v1/indexes?company_id=shop'],
  ['GET', '/v1/indexes/faq/documents/delivery?company_id=shop'],
  ['GET', '/stats'],
  ['PUT', '/v1/indexes/faq/documents?company_id=shop', [{ id: 'x', question: 'X?', answer: 'Y' }]],
  ['DELETE', '/v1/indexes/faq/documents/delivery?company_id=shop'],
  ['POST', '/warm', {}],
]

t.test('has a sample site, for its own pages, until there is a key', async t => {
  const config = { KEY_CACHE_SECONDS: 0, SAMPLES_DIR: samples }
  const { app } = await buildTestApp(t, { config })
  const origin = 'http://localhost:80'
  const documentOf = async (app: FastifyInstance, headers = {}) => (await app.inject({ url: '/docs/json', headers })).json()
  const { site } = (await documentOf(app))['x-known']
  t.match(site, /^cau_site_/)
  const visit = async (headers: Record<string, string>) =>
    (await app.inject({ method: 'POST', url: '/v1/visitors', headers, body: { site } })).json()
  const { token, ...visitor } = await visit({ origin })
  t.match(visitor, { company_id: 'petit-nid', user_id: /^visitor-/ })
  t.match(await visit({ origin: 'https://evil.example' }), { code: 'ORIGIN_REFUSED' })
  t.match(await visit({ origin, forwarded: 'for=192.0.2.1' }), { code: 'LOCAL_ONLY' })
  t.match(await visit({}), { code: 'KEY_INVALID' })
  t.notOk('x-known' in await documentOf(app, { 'x-forwarded-for': '192.0.2.1' }), 'only who needs no key is told of it')
  t.notMatch((await app.inject('/openapi.json')).body, site)
  const other = await buildTestApp(t, { config })
  t.not((await documentOf(other.app))['x-known'].site, site, 'another one with each start')
  const empty = await buildTestApp(t)
  t.notOk('x-known' in await documentOf(empty.app), 'none without the company of the examples')

  await app.keys.create(makeKey({ company: null, scopes: ['admin'] }).key)
  app.keysChanged()
  t.match(await visit({ origin }), { code: 'KEY_INVALID' })
  const headers = { origin, authorization: `Bearer ${token}` }
  t.match((await app.inject({ method: 'POST', url: '/chat', headers, body: payload })).json(), { code: 'TOKEN_INVALID' })
  t.notOk('x-known' in await documentOf(app))
})

t.test('serves programs and its own pages', async t => {
  const { url } = await startTestApp(t, { model: fakeModel(['Two days. [1]']) })
  const { host, port } = new URL(url)
  const senders: Record<string, string>[] = [
    {},
    { host: `localhost:${port}` }, { host: `LOCALHOST:${port}`, origin: `http://localhost:${port}` }, { host: `[::1]:${port}` },
    { host: '127.8.8.8' },
    { origin: url, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' },
    { host, 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' },
  ]
  for (const headers of senders) {
    t.equal((await ask(url, payload, { headers })).status, 200, JSON.stringify(headers))
    t.equal((await ask(url, undefined, { method: 'GET', path: '/v1/indexes?company_id=shop', headers })).status, 200)
  }
})

t.test('refuses other pages, other names and proxies, and does nothing', async t => {
  const model = fakeModel(['Two days. [1]'])
  const { app, url } = await startTestApp(t, { model })
  const { port } = new URL(url)
  const own = `127.0.0.1:${port}`
  const refused: [code: string, headers: Record<string, string>][] = [
    ['LOCAL_ONLY', { host: 'evil.example' }],
    ['LOCAL_ONLY', { host: `evil.example:${port}`, origin: `http://evil.example:${port}`, 'sec-fetch-site': 'same-origin' }],
    ['LOCAL_ONLY', { host: `127.0.0.1.evil.example:${port}` }],
    ['LOCAL_ONLY', { host: `localhost.evil.example:${port}` }],
    ['LOCAL_ONLY', { host: `0.0.0.0:${port}` }],
    ['LOCAL_ONLY', { host: `evil.example@127.0.0.1:${port}` }],
    ['ORIGIN_REFUSED', { host: own, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['ORIGIN_REFUSED', { host: own, origin: 'null' }],
    ['ORIGIN_REFUSED', { host: own, origin: `http://localhost:${port}` }],
    ['ORIGIN_REFUSED', { host: own, origin: `https://${own}` }],
    ['ORIGIN_REFUSED', { host: own, origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' }],
    ['ORIGIN_REFUSED', { host: own, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['ORIGIN_REFUSED', { host: own, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'x-real-ip', 'via', 'cf-connecting-ip']
      .map((name): [string, Record<string, string>] => ['LOCAL_ONLY', { host: own, [name]: '203.0.113.7' }]),
  ]
  for (const [code, headers] of refused) {
    for (const [method, path, body] of requests) {
      const answer = await ask(url, body, { method, path, headers })
      const text = await answer.text()
      if (answer.status !== 403 || !text.includes(code)) t.fail(`${method} ${path} with ${JSON.stringify(headers)}`, { text })
    }
  }
  t.equal(model.calls.length, 0)
  t.equal((await app.documents!.list('shop', 'faq', { after: '', limit: 10, prefix: '' })).length, 2)
})

t.test('an origin that CORS_ORIGINS names is served, by a loopback name only', async t => {
  const origin = 'http://localhost:3000'
  const { url } = await startTestApp(t, { model: fakeModel(['Two days. [1]']), config: { CORS_ORIGINS: `${origin}/,null` } })
  const headers = { origin, 'sec-fetch-site': 'same-site' }
  const answer = await ask(url, payload, { headers })
  t.equal(answer.status, 200)
  t.equal(answer.headers['access-control-allow-origin'], origin)
  t.equal((await ask(url, payload, { headers: { ...headers, host: 'evil.example' } })).status, 403)
  t.equal((await ask(url, payload, { headers: { origin: 'null' } })).status, 403, 'every page can be "null"')
})

t.test('with a key, none of this matters', async t => {
  const { app, url } = await startTestApp(t, { model: fakeModel(['Two days. [1]']), config: { KEY_CACHE_SECONDS: 0 } })
  const { text, key } = makeKey({ company: 'shop', scopes: ['chat'] })
  await app.keys.create(key)
  const headers = { host: 'chat.example', origin: 'https://shop.example', 'sec-fetch-site': 'cross-site', 'x-forwarded-for': '203.0.113.7' }
  t.equal((await ask(url, payload, { headers: { ...headers, authorization: `Bearer ${text}` } })).status, 200)
  t.equal((await ask(url, payload, { headers })).status, 401)
})

t.test('names of hosts as they can be written', async t => {
  for (const host of ['localhost', 'LocalHost:1', '127.0.0.1:65535', '[::1]:8002']) t.equal(refuseWithoutKey({ host }, []), null, host)
  const others = ['localhost.', 'localhost:8002:1', 'localhost/', '127.1', '2130706433', '[::ffff:127.0.0.1]', 'a.localhost', ' localhost']
  for (const host of others) {
    t.match(refuseWithoutKey({ host }, []), { code: 'LOCAL_ONLY' }, host)
  }
  t.match(refuseWithoutKey({ host: '' }, []), { code: 'LOCAL_ONLY' })
  t.equal(refuseWithoutKey({}, []), null, 'HTTP/1.0, which no browser speaks')
  t.match(refuseWithoutKey({ origin: 'http://localhost' }, []), { code: 'ORIGIN_REFUSED' })
  t.match(refuseWithoutKey({ via: '1.0 proxy' }, []), { code: 'LOCAL_ONLY' })
  t.match(refuseWithoutKey({ host: 'localhost', origin: '*' }, ['*']), { code: 'ORIGIN_REFUSED' })
})
