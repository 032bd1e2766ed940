// A request whose answer is read as one text: whole, however it is cut; ended at once by its signal; its connection used again.
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { Pool } from 'undici'
import { requestText } from '../../src/async/request-text.ts'

async function start (t: Test, answer: RequestListener, connections = 1) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  let opened = 0
  server.on('connection', () => { opened++ })
  const pool = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections })
  t.teardown(async () => {
    await pool.destroy()
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  const ask = (path = '/', signal = new AbortController().signal, body: string | null = '{}') =>
    requestText(pool, { method: 'POST', path, headers: { 'x-test': 'yes' }, body }, signal)
  return { server, ask, opened: () => opened }
}

t.test('returns status, headers and text, also of characters that come in two pieces', async t => {
  const { ask, opened } = await start(t, async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    if (request.url === '/empty') return response.writeHead(204).end()
    response.writeEarlyHints({ link: '</x>; rel=preload' })
    response.writeHead(request.url === '/no' ? 503 : 200, { 'retry-after': '7' })
    const bytes = Buffer.from(`\uFEFF${body} ${request.headers['x-test']} ”`)
    response.write(bytes.subarray(0, -2))
    await new Promise(setImmediate)
    response.end(bytes.subarray(-2))
  })
  const { status, headers, text } = await ask('/', undefined, '"é"')
  t.same([status, headers['retry-after'], text], [200, '7', '"é" yes ”'])
  t.match(await ask('/no'), { status: 503, text: '{} yes ”' })
  t.match(await ask('/empty', undefined, null), { status: 204, text: '' })
  t.equal(opened(), 1, 'one connection for all')
})

t.test('throws the reason of its signal at once: before it is sent, while it waits, in the middle of the answer', async t => {
  const left = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const { ask } = await start(t, (request, response) => {
    if (request.url === '/whole') return response.end('whole')
    response.on('close', left.resolve)
    response.write('half')
    begun.resolve()
  })
  const reason = new Error('enough')
  await t.rejects(ask('/', AbortSignal.abort(reason)), reason)
  const [first, second] = [new AbortController(), new AbortController()]
  const half = ask('/half', first.signal)
  await begun.promise
  const waiting = ask('/whole', second.signal)
  second.abort(reason)
  await t.rejects(waiting, reason)
  first.abort(reason)
  await t.rejects(half, reason)
  await left.promise
  t.match(await ask('/whole'), { text: 'whole' }, 'others are answered')
})

t.test('throws the error of an answer that breaks off, and of a server that is away', async t => {
  const { server, ask } = await start(t, (_, response) => {
    response.writeHead(200, { 'content-length': '10' })
    response.write('half')
    setImmediate(() => response.destroy())
  })
  await t.rejects(ask(), { code: 'UND_ERR_SOCKET' })
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  await t.rejects(ask(), { code: 'ECONNREFUSED' })
})
