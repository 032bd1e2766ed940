// The client of a running service: retries, failures that it does not retry, and the address.
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t, { type Test } from 'tap'
import { createFileSync } from '../../cli/file-sync.ts'
import { BodyError, openService, patient } from '../../cli/service.ts'
import { startForwardProxy } from '../fixtures/forward-proxy.ts'
import { temporaryFolder } from '../helper.ts'

const soon = { ...patient, awayMs: 10_000, atFirstMs: 10_000, pauseMs: 10, longestPauseMs: 20 }
const open = (url: string, onWait: (reason: string) => void = () => {}) =>
  openService({ url, env: {}, scope: 'write', patience: soon, onWait })

/** Starts a server of raw connections, and returns its URL. */
async function listen (t: Test, answer: (socket: Socket) => void): Promise<string> {
  const server = createServer(socket => answer(socket.on('error', () => {}))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('blames a reset connection on the network, not on the file', async t => {
  let resets = 0
  const url = await listen(t, socket => socket.once('data', () => {
    if (resets++ < 2) socket.resetAndDestroy()
    else socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n{"task":{"id":"t1"}}')
  }))
  const reasons: string[] = []
  const service = open(url, reason => { reasons.push(reason) })
  t.teardown(() => service.close())
  const file = join(await temporaryFolder(t), 'a.md')
  await writeFile(file, 'A is first.')
  const fileSync = createFileSync({ service, company: 'shop', kind: 'faq', signal: AbortSignal.timeout(30_000) })
  t.match(await fileSync.send({ name: 'a.md', content: file }, { resume: false }), { task: 't1' })
  t.match(reasons, [/cannot be reached \(.*(ECONNRESET|EPIPE)/, /cannot be reached \(.*(ECONNRESET|EPIPE)/])
})

t.test('does not blame the service for a body that cannot be made, and does not retry it', async t => {
  let waits = 0
  const service = open(await listen(t, () => {}), () => { waits++ })
  t.teardown(() => service.close())
  let made = 0
  const make = () => Readable.from((async function * () {
    made++
    yield Buffer.from('a')
    throw new BodyError('EIO', new Error('broken disk'))
  })(), { objectMode: false })
  await t.rejects(service.ask('PUT', '/x', { body: { make, length: 10, type: 'text/plain' } }), { name: 'BodyError', code: 'EIO' })
  t.same({ made, waits }, { made: 1, waits: 0 })
})

t.test('waits for the end of a limit longer than for a service that is away', async t => {
  let refused = 0
  const url = await listen(t, socket => socket.once('data', () => {
    const limited = refused++ < 3
    const [status, body] = limited ? ['429 Too Many Requests', '{"code":"RATE_LIMITED","message":"Too many."}'] : ['200 OK', '{}']
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\nretry-after: 0\r\ncontent-type: application/json\r\n\r\n${body}`)
  }))
  for (const [awayMs, waits] of [[0, 0], [1, 2]] as const) {
    let waited = 0
    const service = openService({ url, env: {}, scope: 'chat', patience: { ...soon, awayMs }, onWait: () => { waited++ } })
    t.teardown(() => service.close())
    const asked = service.ask('GET', '/x')
    await (awayMs === 0 ? t.rejects(asked, { code: 'RATE_LIMITED' }) : t.resolves(asked))
    t.equal(waited, waits)
  }
})

t.test('uses the whole address, with its path', async t => {
  for (const [given, address] of [
    ['http://x.test', 'http://x.test'], ['http://X.test:80/', 'http://x.test'], ['http://x.test/prod', 'http://x.test/prod'],
    ['http://x.test/prod/', 'http://x.test/prod'],
  ] as const) {
    const service = open(given)
    t.equal(service.address, address)
    await service.close()
  }
})

t.test('goes through the proxy of the settings', async t => {
  const target = await listen(t, socket => socket.once('data', () => {
    socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n{"here":true}')
  }))
  const proxy = await startForwardProxy(t, target)
  const service = openService({ url: 'http://service.corp.invalid/base', env: { HTTP_PROXY: proxy.url }, scope: 'write', patience: soon })
  t.teardown(() => service.close())
  t.same(await service.ask('GET', '/v1/tasks'), { here: true })
  t.same(proxy.seen, ['GET service.corp.invalid/base/v1/tasks'])
})
