// What every HTTP answer carries: CORS, compression of JSON, headers that keep browsers careful; and its connection's end.
import compress from '@fastify/compress'
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { coded } from '../src/errors.ts'

/** The longest that a body may take to arrive, where it is no upload. */
const bodyMs = 30_000

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bodies of this route may take long: files. */
    longBody?: boolean
  }
  interface FastifyInstance {
    /** Whether the service is shutting down: what runs may end, nothing new is begun. */
    isClosing (): boolean
    /** Fires when it begins to. Its reason is SHUTTING_DOWN. */
    closingSignal: AbortSignal
  }
}

export default fp(async (app: FastifyInstance) => {
  const origins = app.config.CORS_ORIGINS.split(',').map(origin => origin.trim()).filter(Boolean)
  if (origins.length > 0) {
    await app.register(cors, {
      origin: origins.includes('*') ? '*' : origins,
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: ['x-answer-id', 'retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
    })
  }
  // A stream is never compressed: a compressor would hold tokens back.
  await app.register(compress, { global: true, threshold: 1024, encodings: ['br', 'gzip'] })
  // Hooks with a callback: an async one costs each request a turn of the microtask queue.
  app.addHook('onRequest', (_, reply, done) => {
    reply.header('x-content-type-options', 'nosniff')
    done()
  })

  // A body that comes in drops holds a connection, and on most routes memory.
  app.addHook('onRequest', ({ raw, routeOptions }, reply, done) => {
    if (routeOptions.config.longBody || raw.complete || (raw.headers['transfer-encoding'] === undefined && Number(raw.headers['content-length'] ?? 0) === 0)) return done()
    const timer = setTimeout(() => raw.destroy(), bodyMs).unref()
    const arrived = () => clearTimeout(timer)
    raw.once('end', arrived)
    reply.raw.once('close', arrived)
    done()
  })

  // While the service closes, a connection that is kept alive after its last answer would hold it up for a minute.
  // This plugin comes before all that drain, so that they all know from the first moment.
  let closing = false
  app.decorate('isClosing', () => closing)
  const begun = new AbortController()
  app.decorate('closingSignal', begun.signal)
  app.addHook('preClose', async () => {
    closing = true
    begun.abort(coded('SHUTTING_DOWN'))
  })
  app.addHook('onResponse', (_, __, done) => {
    if (closing) setImmediate(() => app.server.closeIdleConnections())
    done()
  })
}, { name: 'http', dependencies: ['config'] })
