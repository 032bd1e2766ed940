// CORS, compression, and the headers of every answer.
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import t from 'tap'
import { makeKey } from '../../src/keys/key.ts'
import { question } from '../fixtures/app-client.ts'
import { fakeModel } from '../fixtures/app-parts.ts'
import { buildTestApp, startTestApp } from '../helper.ts'

const payload = { ...question, stream: false }

t.test('compresses JSON over the threshold when asked to, and only then', async t => {
  const { app } = await buildTestApp(t)
  const plain = await app.inject('/openapi.json')
  t.notOk('content-encoding' in plain.headers)
  for (const [encoding, unpack] of [['gzip', gunzipSync], ['br', brotliDecompressSync]] as const) {
    const packed = await app.inject({ url: '/openapi.json', headers: { 'accept-encoding': encoding } })
    t.equal(packed.headers['content-encoding'], encoding)
    t.match(packed.headers.vary, /accept-encoding/i)
    t.same(JSON.parse(String(unpack(packed.rawPayload))), plain.json())
    t.notOk(
      'content-encoding' in (await app.inject({ url: '/health', headers: { 'accept-encoding': encoding } })).headers, 'not what is small'
    )
    const answer = await app.inject({ method: 'POST', url: '/chat', payload, headers: { 'accept-encoding': encoding } })
    t.equal(answer.headers['content-encoding'], encoding)
    t.match(JSON.parse(String(unpack(answer.rawPayload))), { finish_reason: 'stop' })
  }
})

t.test('never compresses a stream: live, joined, replayed or resumed', async t => {
  const { app } = await buildTestApp(t, { model: fakeModel(Array.from({ length: 200 }, () => 'long enough ')) })
  const headers = { 'accept-encoding': 'gzip, br, deflate' }
  const [live, joined] = await Promise.all([
    app.inject({ method: 'POST', url: '/chat', payload: question, headers }),
    app.inject({ method: 'POST', url: '/chat', payload: question, headers }),
  ])
  const hit = await app.inject({ method: 'POST', url: '/chat', payload: question, headers })
  t.match(hit.body, '"cache":"hit"')
  const id = String(live.headers['x-answer-id'])
  const resumed = await app.inject({ url: `/chat/${id}`, headers: { ...headers, 'last-event-id': `${id}.3` } })
  for (const response of [live, joined, hit, resumed]) {
    t.notOk('content-encoding' in response.headers)
    t.match(response.body, 'event: finish')
    t.match(response.headers, {
      'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no', 'content-type': 'text/event-stream; charset=utf-8',
    })
  }
})

t.test('forbids sniffing in every answer', async t => {
  const { app } = await buildTestApp(t)
  for (const url of ['/health', '/nothing', '/stats', '/docs/']) {
    t.equal((await app.inject(url)).headers['x-content-type-options'], 'nosniff', url)
  }
  t.equal((await app.inject({ method: 'POST', url: '/chat', payload: question })).headers['x-content-type-options'], 'nosniff')
})

t.test('CORS', async t => {
  const origin = 'https://shop.example'
  const preflight = {
    method: 'OPTIONS', url: '/chat',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
  } as const

  t.test('is off by default', async t => {
    const { app } = await buildTestApp(t)
    const response = await app.inject({ method: 'POST', url: '/chat', payload, headers: { origin } })
    t.match(response.json(), { statusCode: 403, code: 'ORIGIN_REFUSED' })
    t.notOk('access-control-allow-origin' in response.headers)
    t.notOk('access-control-allow-origin' in (await app.inject(preflight)).headers)
  })

  t.test('lets the named origins in, for streams too, and no others', async t => {
    const { app } = await buildTestApp(t, { config: { CORS_ORIGINS: ` ${origin}, https://www.shop.example ` } })
    t.match((await app.inject(preflight)).headers, { 'access-control-allow-origin': origin, 'access-control-allow-methods': /POST/ })
    for (const body of [payload, question]) {
      const { headers } = await app.inject({ method: 'POST', url: '/chat', payload: body, headers: { origin } })
      t.match(headers, { 'access-control-allow-origin': origin, 'access-control-expose-headers': /x-answer-id/, vary: /Origin/i })
    }
    const error = await app.inject({ method: 'POST', url: '/chat', payload: {}, headers: { origin } })
    t.equal(error.statusCode, 400)
    t.equal(error.headers['access-control-allow-origin'], origin, 'a browser may read the error')
    t.notOk(
      'access-control-allow-origin' in
        (await app.inject({ method: 'POST', url: '/chat', payload, headers: { origin: 'https://evil.example' } })).headers
    )
  })

  t.test('knows an origin that the settings write with a slash, a path, capitals or its usual port', async t => {
    for (const written of [`${origin}/`, `${origin}//`, `${origin}/shop/`, 'HTTPS://Shop.Example', `${origin}:443/`]) {
      const { app } = await buildTestApp(t, { config: { CORS_ORIGINS: `https://other.example,${written}` } })
      t.equal((await app.inject(preflight)).headers['access-control-allow-origin'], origin, written)
    }
  })

  t.test('lets every origin in for *', async t => {
    const { app } = await buildTestApp(t, { config: { CORS_ORIGINS: '*', KEY_CACHE_SECONDS: 0 } })
    const send = (authorization = '') => app.inject({ method: 'POST', url: '/chat', payload, headers: { origin, authorization } })
    t.match((await send()).json(), { code: 'ORIGIN_REFUSED', message: /CORS_ORIGINS/ }, 'not while there is no key')
    const { text, key } = makeKey({ company: 'shop', scopes: ['chat'] })
    await app.keys.create(key)
    const response = await send(`Bearer ${text}`)
    t.equal(response.statusCode, 200)
    t.equal(response.headers['access-control-allow-origin'], '*')
  })

  t.test('does not change the methods of an address', async t => {
    const { app } = await buildTestApp(t, { config: { CORS_ORIGINS: '*' } })
    const response = await app.inject({ method: 'PUT', url: '/chat' })
    t.equal(response.statusCode, 405)
    t.equal(response.headers.allow, 'POST')
  })
})

t.test('a connection that serves many requests gathers nothing from them', async t => {
  const { app, url } = await startTestApp(t)
  const sockets = new Set<Socket>()
  app.server.on('connection', socket => sockets.add(socket))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  const ask = async () => {
    const asked = request(`${url}/chat`, { agent, method: 'POST', headers: { 'content-type': 'application/json' } })
    asked.end(JSON.stringify(question))
    const [response] = await once(asked, 'response')
    t.match(await text(response), 'event: finish')
    // The connection is free a moment later.
    await new Promise(setImmediate)
  }
  await ask()
  const [socket] = sockets
  const listeners = () => socket!.eventNames().map(name => socket!.listenerCount(name))
  const before = [listeners(), Object.getOwnPropertyNames(socket), socket!.destroySoon] as const
  for (let n = 0; n < 3; n++) await ask()
  t.equal(sockets.size, 1)
  t.same([listeners(), Object.getOwnPropertyNames(socket)], before.slice(0, 2))
  t.equal(socket!.destroySoon, before[2])
})
