// Settings about proxies and origins, as people write them.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import t from 'tap'
import { corsOrigins, trustedProxies } from '../src/http-settings.ts'

t.test('TRUST_PROXY names the client behind the trusted proxies', async t => {
  for (const [setting, ip] of [
    ['false', '127.0.0.1'], ['0', '127.0.0.1'], ['true', '203.0.113.9'], ['1', '198.51.100.7'], ['2', '203.0.113.9'],
    ['10.0.0.0/8', '127.0.0.1'], ['127.0.0.1', '198.51.100.7'], ['loopback, 198.51.100.0/24', '203.0.113.9'], ['On', '203.0.113.9'],
  ] as const) {
    const app = Fastify({ trustProxy: trustedProxies(setting)! })
    app.get('/', async request => ({ ip: request.ip }))
    await app.listen({ host: '127.0.0.1', port: 0 })
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/`
    const answer = await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.9, 198.51.100.7', connection: 'close' } })
    t.same(await answer.json(), { ip }, setting)
    const closed = once(app.server, 'close')
    await Promise.all([app.close(), closed])
  }
})

t.test('what is no proxy or no origin is refused', async t => {
  for (const value of ['maybe', '-1', '1.5', '10.0.0', '10.0.0.0/33', '::1/129', 'proxy.intern', '10.0.0.1;10.0.0.2', ',']) {
    t.equal(trustedProxies(value), null, value)
  }
  t.same(trustedProxies('::1, fd00::/8'), ['::1', 'fd00::/8'])
  for (const value of ['shop.example', 'https://', 'https://*.shop.example', 'https://a.example https://b.example']) {
    t.equal(corsOrigins(value), null, value)
  }
  t.same(corsOrigins('capacitor://localhost/, null, http://localhost:3000/'), ['capacitor://localhost', 'null', 'http://localhost:3000'])
  t.same(corsOrigins(''), [])
})
