// Refusals that come before the request has arrived: a client that sends all of it first can still read them.
import { once } from 'node:events'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { askJson } from '../fixtures/app-client.ts'
import { startTestApp } from '../helper.ts'

const size = 24_000_000

/** Sends everything before it reads anything, as simple clients do. */
async function sendThenRead (url: string, head: string, body: Buffer): Promise<{ text: string, problem: string | null }> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  let text = ''
  let problem: string | null = null
  socket.on('error', (error: NodeJS.ErrnoException) => { problem = error.code ?? error.message })
  socket.pause()
  socket.write(head)
  await Promise.race([new Promise(resolve => { socket.write(body, resolve) }), once(socket, 'close')])
  socket.setEncoding('utf8').on('data', part => { text += part })
  socket.resume()
  // A connection that stays open ends only when its client wants it to: the answer is whole before that.
  const answered = Promise.withResolvers<void>()
  socket.on('data', () => { if (text.includes('"message"')) answered.resolve() }).once('close', () => answered.resolve())
  if (text === '' && !socket.destroyed) await answered.promise
  socket.destroy()
  return { text, problem }
}

async function refused (t: Test, url: string, name: string, head: string, body: Buffer, status: number, code: string): Promise<void> {
  const { text, problem } = await sendThenRead(url, head, body)
  t.equal(problem, null, name)
  t.match(text, new RegExp(`^HTTP/1\\.1 ${status} `), name)
  t.match(text, code, name)
}

const chunked = (part: Buffer) => Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n0\r\n\r\n')])

t.test('a client that sends all of its body first reads why it is refused', async t => {
  const { url } = await startTestApp(t)
  const head = (line: string, headers: string) => `${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n\r\n`
  const json = 'Content-Type: application/json'
  const body = Buffer.alloc(size, 'a')
  const cases: [string, string, Buffer, number, string][] = [
    ['a body too large', head('POST /chat', `${json}\r\nContent-Length: ${size}`), body, 413, 'BODY_TOO_LARGE'],
    ['one in chunks', head('POST /chat', `${json}\r\nTransfer-Encoding: chunked`), chunked(body), 413, 'BODY_TOO_LARGE'],
    [
      'an OpenAI client\'s', head('POST /v1/chat/completions', `${json}\r\nContent-Length: ${size}`), body, 413, 'BODY_TOO_LARGE',
    ],
    ['a wrong type', head('POST /chat', `Content-Type: text/plain\r\nContent-Length: ${size}`), body, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['headers too large', head('GET /health', `X-Large: ${'x'.repeat(5_000_000)}`), Buffer.alloc(0), 431, 'HEADERS_TOO_LARGE'],
  ]
  for (const [name, head, body, status, code] of cases) await refused(t, url, name, head, body, status, code)
  t.equal((await askJson(url, undefined, { method: 'GET', path: '/health' })).status, 200)

  const { url: guarded } = await startTestApp(t, { config: { HOST: '0.0.0.0' } })
  const upload = head('PUT /v1/indexes/faq/documents?company_id=shop&name=a.txt', `Content-Type: text/plain\r\nContent-Length: ${size}`)
  await refused(t, guarded, 'an upload without a key', upload, body, 401, 'KEY_MISSING')
  await refused(t, guarded, 'on a connection that stays open', upload.replace('Connection: close\r\n', ''), body, 401, 'KEY_MISSING')
})

t.test('a refused client that goes on sending does not hold up the end of the service', async t => {
  const { url, app } = await startTestApp(t)
  const { port } = new URL(url)
  const socket = connect({ host: '127.0.0.1', port: Number(port), allowHalfOpen: true })
  socket.write(`POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\nabc`)
  socket.on('error', () => {})
  const [first] = await once(socket, 'data') as [Buffer]
  t.match(String(first), /^HTTP\/1\.1 413 /)
  await app.close()
  t.equal(app.server.listening, false)
  socket.destroy()
})
