// Shared by all language models on a server: connections, counters, readiness, warm-up.
import { Pool } from 'undici'
import { coded } from '../errors.ts'
import { requestText, streamAnswer } from './stream-request.ts'
import { brokenAnswer, transportError, statusError, UpstreamError } from './failures.ts'
import type { Log } from './failures.ts'
import { createStreamDecoder } from './stream-decoder.ts'
import type { BodyParser, ChunkHandler } from './stream-decoder.ts'
import type { LanguageModel, ModelEvent, ModelRequest } from './model.ts'
import { createReasoningFilter, startsInsideReasoning } from './reasoning-filter.ts'

/** A model on a server, and how to use that server. An API ignores options that it does not have. */
export interface ServerOptions {
  url: string
  model: string
  /** Sent as a bearer token; empty = none. */
  apiKey?: string
  connectTimeoutMs: number
  /** The longest silence before the first token, ms: a model may have to be loaded, or think in silence. Default `silenceTimeoutMs`. */
  firstTokenTimeoutMs?: number
  /** The longest silence between tokens, ms. */
  silenceTimeoutMs: number
  /** The most connections; further answers wait for one. */
  poolSize: number
  /** How long the server keeps the model in memory after a request: a Go duration (`60m`) or seconds; -1 = for ever. */
  keepAlive?: string
  log?: Log
}

export interface RemoteModelOptions extends ServerOptions {
  /** The longest that a warm-up may take, ms; loading a model takes its time. Default 60,000. */
  warmUpTimeoutMs?: number
  /** How long after a failed warm-up the next one begins, ms. Default 15,000. */
  warmUpAgainMs?: number
}

/** The part that differs from API to API. */
export interface Protocol {
  origin: string
  path: string
  body (request: ModelRequest, model: string): object
  warmUpBody (model: string): object
  createBodyParser (handler: ChunkHandler): BodyParser
}

const keepAliveMs = 30_000
const maxHeldModels = 100

/** Makes the model that speaks `protocol`. */
export function createRemoteModel (protocol: Protocol, options: RemoteModelOptions): LanguageModel {
  const { model: name, log } = options
  const apiKey = options.apiKey?.trim() ?? ''
  const headers = {
    'content-type': 'application/json',
    ...(apiKey !== '' && { authorization: `Bearer ${apiKey}` }),
  }
  const pool = new Pool(protocol.origin, {
    connections: options.poolSize,
    // Cancelling one answer has to close its socket: HTTP/1.1, one answer per connection.
    pipelining: 1,
    allowH2: false,
    connect: { timeout: options.connectTimeoutMs },
    keepAliveTimeout: keepAliveMs,
    // The request has its own time-out, which is measured in tokens, not heartbeats.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  // Models that showed their reasoning before its closing tag.
  const heldModels = new Set<string>()
  const counts = { requests: 0, failures: 0 }
  let ready = false
  let reason: string | undefined = 'not warmed up yet'
  let closed = false
  let nextWarmUp: NodeJS.Timeout | undefined

  function becomeReady (): void {
    ready = true
    reason = undefined
    clearTimeout(nextWarmUp)
  }

  async function * stream (request: ModelRequest): AsyncGenerator<ModelEvent> {
    const { signal } = request
    signal.throwIfAborted()
    counts.requests++
    const model = request.model ?? name
    const secrets = () => [apiKey, ...request.messages.map(({ content }) => content)]
    const filter = createReasoningFilter(heldModels.has(model) || startsInsideReasoning(model))
    let answered = false
    try {
      const events = streamAnswer({
        pool,
        path: protocol.path,
        headers,
        body: JSON.stringify(protocol.body(request, model)),
        signal,
        firstTokenMs: options.firstTokenTimeoutMs ?? options.silenceTimeoutMs,
        silenceMs: options.silenceTimeoutMs,
        secrets,
        createDecoder: () => createStreamDecoder(protocol.createBodyParser, filter, secrets),
        onResponse () { answered = true },
      })
      for await (const event of events) {
        if (event.type === 'finish') {
          if (filter.heldNeedlessly) heldModels.delete(model)
          becomeReady()
        }
        yield event
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (filter.leaked && heldModels.size < maxHeldModels) heldModels.add(model)
      counts.failures++
      const failure = transportError(error, answered)
      log?.warn({ code: failure.code, model, upstream: messageOf(failure.cause) }, 'the language model failed')
      throw failure
    }
  }

  async function warmUp (): Promise<void> {
    clearTimeout(nextWarmUp)
    const signal = AbortSignal.timeout(options.warmUpTimeoutMs ?? 60_000)
    try {
      const reply = await requestText(pool, protocol.path, headers, JSON.stringify(protocol.warmUpBody(name)), signal)
      if (reply.status !== 200) throw statusError(reply.status, reply.headers, reply.text, [apiKey])
      if (!isAnswer(reply.text)) throw brokenAnswer('the answer to the warm-up cannot be read')
      becomeReady()
    } catch (error) {
      if (closed || ready) return
      const failure = signal.aborted ? coded('LLM_TIMEOUT') : transportError(error, false)
      const status = failure.cause instanceof UpstreamError ? failure.cause.status : undefined
      const why = status === undefined ? failure.code : `${failure.code} (HTTP ${status})`
      if (why !== reason) {
        log?.warn({ code: failure.code, model: name, upstream: messageOf(failure.cause) }, 'the language model is not ready')
      }
      reason = why
      // While the service is not ready, no question arrives that could show that the model is back.
      nextWarmUp = setTimeout(warmUp, options.warmUpAgainMs ?? 15_000).unref()
    }
  }

  return {
    name,
    kind: 'llm',
    stream,
    warmUp,
    stats: () => ({ name, kind: 'llm', ready, ...(reason !== undefined && { reason }), ...counts, retries: 0, fallbacks: 0 }),
    async close () {
      closed = true
      clearTimeout(nextWarmUp)
      await pool.destroy()
    },
  }
}

function isAnswer (text: string): boolean {
  try {
    const reply = JSON.parse(text)
    return typeof reply === 'object' && reply !== null && !reply.error
  } catch {
    return false
  }
}

function messageOf (cause: unknown): string | undefined {
  return cause instanceof Error ? cause.message : undefined
}
