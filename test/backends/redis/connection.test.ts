// The connection to a Redis that falls silent while it is made.
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { connectRedis } from '../../../src/backends/redis/connection.ts'
import { until } from '../../fixtures/until.ts'

t.test('a connection whose last reply comes too late is made again', async t => {
  const sockets: Socket[] = []
  const server = createServer(socket => {
    sockets.push(socket)
    socket.on('error', () => {}).on('data', data => {
      // The first connection gets no answer to the last thing that it is asked; as when the process stalls.
      if (!data.includes('HELLO')) socket.write('+PONG\r\n')
      else if (sockets.length > 1) socket.write('-ERR unknown command\r\n')
    })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  const redis = connectRedis({ url: `redis://127.0.0.1:${port}`, prefix: 'c:', timeoutMs: 200, onProblem: () => {} })
  t.teardown(() => {
    redis.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await redis.started
  t.equal(redis.ready, false)
  await until(() => redis.ready)
  t.equal(await redis.send<string>(['PING'], 60_000), 'PONG')
})
