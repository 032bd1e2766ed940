// Listening on both addresses of "localhost": the second one is the same service as the first.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { listen } from '../src/listen.ts'
import { askJson, question } from './fixtures/app-client.ts'
import { buildTestApp } from './helper.ts'

const v6 = { address: '::1', family: 6 }
const v4 = { address: '127.0.0.1', family: 4 }
const probe = createServer()
const hasIpv6 = await once(probe.listen(0, '::1'), 'listening').then(() => true, () => false)
probe.close()

async function start (t: Test, found: { address: string, family: number }[] | Error, host = 'localhost', port = 0) {
  const { app } = await buildTestApp(t)
  await listen(app, host, port, async () => {
    if (found instanceof Error) throw found
    return found
  })
  return { app, port: (app.server.address() as AddressInfo).port }
}

/** Sends the request, closes this side, and returns what comes back. */
async function askHalfClosed (host: string, port: number): Promise<string> {
  const body = JSON.stringify(question)
  const socket = connect({ host, port, allowHalfOpen: true }).setEncoding('utf8')
  let text = ''
  socket.on('data', part => { text += part }).on('error', () => {})
  socket.end(`POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  await once(socket, 'close')
  return text
}

t.test('both addresses answer, also clients that close their side', { skip: !hasIpv6 && 'no IPv6 here' }, async t => {
  const { app, port } = await start(t, [v6, v4, v6])
  t.equal((app.server.address() as AddressInfo).address, '127.0.0.1')
  for (const host of ['127.0.0.1', '[::1]']) {
    t.equal((await askJson(`http://${host}:${port}`, { ...question, stream: false })).status, 200, host)
  }
  for (const host of ['127.0.0.1', '::1']) t.match(await askHalfClosed(host, port), /event: finish\n/, host)

  await app.close()
  for (const host of ['127.0.0.1', '::1']) {
    const [error] = await once(connect({ host, port }), 'error') as [NodeJS.ErrnoException]
    t.equal(error.code, 'ECONNREFUSED', `${host} is closed`)
  }
})

t.test('a second address that is taken does not stop the service', { skip: !hasIpv6 && 'no IPv6 here' }, async t => {
  const other = createServer().listen(0, '::1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = await start(t, [v4, v6], 'localhost', (other.address() as AddressInfo).port)
  t.equal((await askJson(`http://127.0.0.1:${port}`, { ...question, stream: false })).status, 200)
})

t.test('other hosts, and a localhost that cannot be looked up, are listened on as they are', async t => {
  for (const [found, host] of [[new Error('no such name'), 'localhost'], [[v6], '127.0.0.1']] as const) {
    const { port } = await start(t, found instanceof Error ? found : [...found], host)
    t.equal((await askJson(`http://127.0.0.1:${port}`, undefined, { method: 'GET', path: '/health' })).status, 200)
  }
})
