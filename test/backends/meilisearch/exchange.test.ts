// One request and its reply, without a stream and promises for its text: also one that is given up.
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { Pool } from 'undici'
import { exchange, type Reply } from '../../../src/backends/meilisearch/exchange.ts'

let connections = 0
const asked: { path: string, response: ServerResponse }[] = []
const server = createServer((request, response) => {
  asked.push({ path: request.url!, response })
  if (request.url === '/two') response.write('{"a":"th')
  if (request.url === '/two') setImmediate(() => response.end('é"}'))
  if (request.url === '/busy') response.writeHead(503, { 'retry-after': '2' }).end('later')
  if (request.url === '/marked') response.end('\uFEFF{}')
  if (request.url === '/part') response.write('{"a":')
}).on('connection', () => connections++).listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const pool = new Pool(origin, { connections: 1 })
t.teardown(async () => {
  await pool.destroy()
  server.close()
})

const ask = (path: string, signal = new AbortController().signal, read: (reply: Reply) => unknown = reply => reply) =>
  exchange(pool, { origin, method: 'GET', path }, signal, read)

t.test('resolves with what is made of the reply', async t => {
  t.strictSame(await ask('/two'), { status: 200, retryAfter: undefined, text: '{"a":"thé"}' })
  t.equal((await ask('/marked') as Reply).text, '{}', 'without its byte order mark')
  t.strictSame(await ask('/busy'), { status: 503, retryAfter: '2', text: 'later' })
  await t.rejects(ask('/two', undefined, () => { throw new SyntaxError('no') }), { message: 'no' })
})

t.test('a request that is given up is ended with its reason, and one that waits for a connection is never sent', async t => {
  const running = new AbortController()
  const waiting = new AbortController()
  const first = ask('/part', running.signal)
  const second = ask('/never', waiting.signal)
  while (asked.at(-1)!.path !== '/part') await once(server, 'request')
  const closed = once(asked.at(-1)!.response, 'close')
  waiting.abort(new Error('left'))
  await t.rejects(second, { message: 'left' })
  running.abort(new Error('gone'))
  await t.rejects(first, { message: 'gone' })
  await closed
  t.strictSame((await ask('/two') as Reply).status, 200)
  t.notOk(asked.some(({ path }) => path === '/never'))
  await t.rejects(ask('/never', running.signal), { message: 'gone' })
})

t.test('requests that are given up while they wait cost no connection', async t => {
  t.equal((await ask('/busy') as Reply).status, 503)
  const before = connections
  const first = ask('/held')
  const leaving = new AbortController()
  const waiting = Array.from({ length: 20 }, () => t.rejects(ask('/never', leaving.signal), { message: 'left' }))
  const last = ask('/two')
  while (asked.at(-1)!.path !== '/held') await once(server, 'request')
  leaving.abort(new Error('left'))
  await Promise.all(waiting)
  asked.at(-1)!.response.end('{}')
  t.same([(await first as Reply).status, (await last as Reply).status], [200, 200])
  t.equal(connections, before, 'the connection is the same')
  t.notOk(asked.some(({ path }) => path === '/never'))
})

t.test('a server that closes the connection, and a pool that is closed, are errors', async t => {
  const broken = ask('/part')
  if (asked.at(-1)!.path !== '/part') await once(server, 'request')
  asked.at(-1)!.response.destroy()
  await t.rejects(broken)
  const own = new Pool(origin)
  await own.destroy()
  await t.rejects(exchange(own, { origin, method: 'GET', path: '/two' }, new AbortController().signal, reply => reply))
})
