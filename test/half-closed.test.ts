// Clients that close their side of the connection behind their request: they get their answer, and those that have left are noticed.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { question } from './fixtures/app-client.ts'
import { endless, withLlm } from './fixtures/app-llm.ts'
import { gate } from './fixtures/llm-adapters.ts'
import { whenIdle } from './fixtures/until.ts'

function post (path: string, body: object, version = '1.1'): string {
  const text = JSON.stringify(body)
  return `POST ${path} HTTP/${version}\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
}

/** Sends the bytes and closes this side; the other one stays open. */
function sendAll (url: string, bytes: string): { socket: Socket, text: Promise<string> } {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true }).setEncoding('utf8')
  let text = ''
  socket.on('data', part => { text += part }).on('error', () => {}).end(bytes)
  return { socket, text: once(socket, 'close').then(() => text) }
}

const openAi = { model: 'shop', stream: true, messages: [{ role: 'user', content: question.message }] }
const bodies: [path: string, body: object, end: RegExp][] = [
  ['/chat', question, /event: finish\n/],
  ['/chat', { ...question, stream: false }, /"answer":"Two days \[1\]\."/],
  ['/v1/chat/completions', openAi, /data: \[DONE\]/],
  ['/v1/chat/completions', { ...openAi, stream: false }, /"content":"Two days \[1\]\."/],
]

for (const [path, body, end] of bodies) {
  t.test(`${path} ${JSON.stringify(body).slice(0, 60)}: answers to its end`, async t => {
    const { url, llm, app } = await withLlm(t)
    const { until, open } = gate()
    llm.enqueue({ tokens: ['Two ', 'days ', '[1].'], gate: { after: 2, until } })
    const { text } = sendAll(url, post(path, body))
    // The client has closed its side for long when the rest comes.
    await llm.request(1)
    open()
    t.match(await text, end)
    t.match((await text).replaceAll('HTTP/1.1 100 Continue\r\n\r\n', ''), /^HTTP\/1\.1 200 OK\r\n/)
    t.match(await whenIdle(app.answers), { abandoned: 0 })
    t.match(await sendAll(url, post(path, body)).text, end, 'a kept answer too')
  })

  t.test(`${path} ${JSON.stringify(body).slice(0, 60)}: ends when the client has left`, async t => {
    const { url, llm, app } = await withLlm(t)
    llm.enqueue(endless)
    const { socket } = sendAll(url, post(path, body))
    const { closed } = await llm.request(1)
    socket.destroy()
    t.equal(await closed, true)
    t.match(await whenIdle(app.answers), { live: 0, readers: 0, abandoned: 1 })
  })
}

t.test('a request of HTTP/1.0 for one object, as proxies send it for a client that leaves, ends with it', async t => {
  const { url, llm, app } = await withLlm(t)
  llm.enqueue(endless, { tokens: ['Two ', 'days ', '[1].'] })
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true })
  socket.write(post('/chat', { ...question, stream: false }, '1.0'))
  const { closed } = await llm.request(1)
  socket.resume().on('error', () => {}).end()
  t.equal(await closed, true)
  t.match(await whenIdle(app.answers), { live: 0, readers: 0, abandoned: 1 })
  t.match(await sendAll(url, post('/chat', question, '1.0')).text, /event: finish\n/, 'a stream has its own signs')
})

t.test('requests that wait behind one another are all answered, and an idle connection is closed', async t => {
  const { url } = await withLlm(t)
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
  const text = await sendAll(url, get('/health') + post('/chat', { ...question, stream: false }) + get('/v1/models')).text
  t.equal(text.match(/HTTP\/1\.1 200 OK/g)?.length, 3)
  t.equal(await sendAll(url, '').text, '')
  t.match(await sendAll(url, post('/chat', question).slice(0, -1)).text, /^HTTP\/1\.1 400 /, 'half a body is no request')
})
