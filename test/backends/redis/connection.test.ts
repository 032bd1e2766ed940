// The connection to a Redis that falls silent, or breaks off, while it is made.
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { connectRedis } from '../../../src/backends/redis/connection.ts'
import { until } from '../../fixtures/until.ts'

/** Connects to a server that answers like an old Redis, except the first connection when it is asked what the server is. */
async function connect (t: Test, onFirst: (socket: Socket) => void, timeoutMs: number) {
  const sockets: Socket[] = []
  const server = createServer(socket => {
    sockets.push(socket)
    socket.on('error', () => {}).on('data', data => {
      if (!data.includes('HELLO')) socket.write('+PONG\r\n')
      else if (sockets.length > 1) socket.write('-ERR unknown command\r\n')
      else onFirst(socket)
    })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  const redis = connectRedis({ url: `redis://127.0.0.1:${port}`, prefix: 'c:', timeoutMs, onProblem: () => {} })
  t.teardown(() => {
    redis.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await redis.started
  return redis
}

t.test('a connection whose last reply comes too late is made again', async t => {
  // As when the process stalls.
  const redis = await connect(t, () => {}, 200)
  t.equal(redis.ready, false)
  await until(() => redis.ready)
  t.equal(await redis.send<string>(['PING'], 60_000), 'PONG')
})

for (const [how, breakOff] of Object.entries({
  'is reset': (socket: Socket) => { socket.resetAndDestroy() },
  'is closed': (socket: Socket) => { socket.destroy() },
})) {
  t.test(`a connection that ${how} instead of the last reply is made again`, async t => {
    const redis = await connect(t, breakOff, 60_000)
    t.match(redis.stats(), { connected: false, problem: how === 'is reset' ? 'ECONNRESET' : 'the server has closed the connection' })
    await until(() => redis.ready)
    t.equal(await redis.send<string>(['PING']), 'PONG')
  })
}

t.test('names a server that is no Redis, also when it closes the connection afterwards', async t => {
  for (const greeting of ['HTTP/1.1 400 Bad Request\r\n\r\n', 'SSH-2.0-server\r\n', '220 mail ESMTP\r\n']) {
    const server = createServer(socket => { socket.on('error', () => {}).end(greeting) })
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
    t.teardown(() => server.close())
    const url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
    const redis = connectRedis({ url, prefix: 'c:', timeoutMs: 60_000, onProblem: () => {} })
    t.teardown(() => redis.close())
    await redis.started
    t.match(redis.stats(), { connected: false, problem: 'the server does not speak the protocol of Redis' }, greeting)
  }
})
