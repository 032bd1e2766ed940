// Listens on all addresses of "localhost" with one server, so that nothing is missing on the second one.
import { lookup as lookUp } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'

/** What the service's Fastify instance is here. */
interface Listening {
  server: Server
  listen (options: { host: string, port: number }): Promise<unknown>
  log: { info (message: string): void, warn (details: object, message: string): void }
}
type Lookup = (host: string) => Promise<{ address: string, family: number }[]>

/**
 * Listens on the host. Browsers and clients try both addresses of "localhost", in any order: Fastify would make a second server of
 * its own for the other one, without what ours is taught (half-closed connections, quick answers, the order of arrivals).
 */
export async function listen (
  app: Listening, host: string, port: number, lookup: Lookup = name => lookUp(name, { all: true })
): Promise<void> {
  const found = host === 'localhost' ? await lookup(host).catch(() => []) : []
  const [first = host, ...others] = new Set(found.sort((a, b) => a.family - b.family).map(({ address }) => address))
  await app.listen({ host: first, port })
  for (const other of others) await listenToo(app, other)
}

/** Hands the connections to another address to the same server. */
async function listenToo (app: Listening, host: string): Promise<void> {
  const { port } = app.server.address() as AddressInfo
  const door = createServer({ allowHalfOpen: true, noDelay: true }, socket => { app.server.emit('connection', socket) })
  app.server.once('close', () => door.close())
  try {
    await once(door.listen({ host, port }), 'listening')
    app.log.info(`Server listening at http://${host.includes(':') ? `[${host}]` : host}:${port}`)
  } catch (error) {
    app.log.warn({ err: error, host }, 'the service cannot be reached at this address of localhost')
  }
}
