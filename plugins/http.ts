// Sets up HTTP: CORS, compression of JSON, careful headers, slow bodies, and connections that end with the service.
import type { IncomingMessage, Server } from 'node:http'
import type { Readable } from 'node:stream'
import compress from '@fastify/compress'
import cors from '@fastify/cors'
import type { FastifyInstance, FastifyRequest, preParsingHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { createBodyWatch } from '../src/async/body-watch.ts'
import { coded } from '../src/errors.ts'
import { serveHalfClosed } from '../src/half-closed.ts'
import { corsOrigins, createTrust, readPathPrefix, trustedProxies } from '../src/http-settings.ts'
import { maxResponseBytes } from '../src/page-size.ts'
import { readRestAfterAnswer } from '../src/linger.ts'
import { readText } from '../src/charsets.ts'
import { limitUnpacking } from '../src/unpacking.ts'

/** A body must arrive within this time, unless its route accepts slow ones. */
const bodyMs = 30_000

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bodies of this route may take long: files. */
    longBody?: boolean
  }
  interface FastifyInstance {
    /** Returns the path before all addresses as the client of this request sees them, without a slash at its end; '' = none. */
    pathPrefix (request: FastifyRequest): string
    /** True while the service shuts down: running answers may end, new ones are refused. */
    isClosing (): boolean
    /** Fires when the service begins to shut down. Its reason is SHUTTING_DOWN. */
    closingSignal: AbortSignal
    /** Begins the shutdown: from now on new requests are refused, while the service still listens. Closing begins it too. */
    startClosing (): void
    /** Calls back after each response has been sent. */
    onResponded (told: (response: Responded) => void): void
    /** Must be called when a response has been sent that no hook of Fastify knows of. */
    responded (response: Responded): void
    /** Returns how long running answers still have to end, in milliseconds: at most SHUTDOWN_SECONDS. */
    msToClose (): number
    /** Returns how long what waits still has to be written, even if running answers have used up the time to shut down. */
    msToWrite (): number
  }
}

/** A response that has been sent, and how long that took from its request on. `route`: the pattern of its address, if it has one. */
export interface Responded { method: string, route: string | undefined, status: number, ms: number }

const leastWritingMs = 1000

export default fp(async (app: FastifyInstance) => {
  const closing = new AbortController()
  const { CORS_ORIGINS, SHUTDOWN_SECONDS, BASE_PATH, TRUST_PROXY } = app.config
  const origins = corsOrigins(CORS_ORIGINS)!
  await app.register(cors, {
    // The origins of the settings, and those of the site keys.
    origin: origins.includes('*') ? '*' : (origin, done) => {
      if (origin === undefined || origins.includes(origin)) done(null, origin !== undefined)
      else app.keyVerifier.isSite(origin).then(is => done(null, is), () => done(null, false))
    },
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    // Browsers ask before each request that has a token; none of them remembers the answer for longer.
    maxAge: 7200,
    exposedHeaders: ['x-answer-id', 'retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
  })
  const isTrusted = createTrust(trustedProxies(TRUST_PROXY)!)
  app.decorate('pathPrefix', ({ headers, socket }: FastifyRequest) => {
    const forwarded = headers['x-forwarded-prefix']
    // Each proxy on the way may have removed a part; the first one is the outermost.
    const given = typeof forwarded === 'string' && isTrusted(socket.remoteAddress ?? '')
      ? forwarded.split(',').map(part => readPathPrefix(part) ?? '').join('')
      : ''
    return given || readPathPrefix(BASE_PATH)!
  })
  // Compressed bodies are unpacked by the next plugin, whose hook comes to stand before this one.
  app.addHook('onRoute', route => {
    route.preParsing = [route.preParsing ?? [], ((request, _, payload, done) => {
      done(null, request.headers['content-encoding'] === undefined ? payload : limitUnpacking(payload as Readable))
    }) satisfies preParsingHookHandler].flat()
  })
  // A stream is never compressed: a compressor would hold tokens back.
  await app.register(compress, { global: true, threshold: 1024, encodings: ['br', 'gzip'] })
  serveHalfClosed(app.server as Server)
  const bodies = createBodyWatch(bodyMs)
  // One hook, with a callback: an async one costs each request a turn of the microtask queue.
  app.addHook('onRequest', ({ raw, method, routeOptions }, reply, done) => {
    reply.header('x-content-type-options', 'nosniff')
    // Clients name a content type for every request. Without a body there is nothing to parse.
    if (method === 'DELETE' && !hasBody(raw)) delete raw.headers['content-type']
    // No client should send its next request on a connection that is about to close.
    if (closing.signal.aborted) reply.header('connection', 'close')
    // A body that trickles in holds a connection, and on most routes memory.
    if (!routeOptions.config.longBody && !raw.complete && hasBody(raw)) bodies.add(raw)
    done()
  })
  // A chunked body may turn out to be empty.
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.method === 'DELETE' && body.length === 0) return done(null, undefined)
    let text: string
    try {
      text = readText(body, request.headers['content-type'])
    } catch (error) {
      return done(error as Error)
    }
    parseJson(request, text, done)
  })

  // This plugin closes before all that wait for running work, so that they all know from the start of the shutdown.
  let closingAt = Infinity
  app.decorate('isClosing', () => closing.signal.aborted)
  app.decorate('closingSignal', closing.signal)
  app.decorate('msToClose', () => SHUTDOWN_SECONDS * 1000 - Math.max(0, performance.now() - closingAt))
  app.decorate('msToWrite', () => Math.max(app.msToClose(), leastWritingMs))
  app.decorate('startClosing', () => {
    if (closing.signal.aborted) return
    closingAt = performance.now()
    closing.abort(coded('SHUTTING_DOWN'))
  })
  app.addHook('preClose', async () => app.startClosing())
  app.addHook('onSend', ({ raw }, reply, payload, done) => {
    // A refusal is sent before the body has arrived, and its client may first send all of it.
    if (!raw.complete && hasBody(raw)) readRestAfterAnswer(raw, reply.raw, closing.signal)
    // A response of this size would have been built in memory: a list of few items that are large, which should have had pages.
    const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload)
    if (isWhole && payload.length > maxResponseBytes && reply.statusCode < 400) done(coded('RESPONSE_TOO_LARGE'))
    else done(null, payload)
  })
  const told: ((response: Responded) => void)[] = []
  app.decorate('onResponded', (tell: typeof told[number]) => { told.push(tell) })
  app.decorate('responded', (response: Responded) => { for (const tell of told) tell(response) })
  // While the service closes, a connection kept alive after its last answer would delay it by a minute.
  app.addHook('onResponse', (request, reply, done) => {
    bodies.delete(request.raw)
    app.responded({ method: request.method, route: request.routeOptions.url, status: reply.statusCode, ms: reply.elapsedTime })
    if (closing.signal.aborted) setImmediate(() => app.server.closeIdleConnections())
    done()
  })
}, { name: 'http', dependencies: ['config'] })

function hasBody ({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
