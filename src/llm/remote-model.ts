// Shared by all language models on a server: connections, counters, readiness, warm-up.
import { createAgent, type ProxySettings } from '../async/agent.ts'
import { createSlots } from '../async/slots.ts'
import { coded, type CodedError } from '../errors.ts'
import {
  createAdaptation, isContextExceeded, isFormatRefused, type Changes, type Refusal, type RequestBody, type SentRequest,
} from './adaptation.ts'
import { readAddress } from './address.ts'
import { createAvailability } from './availability.ts'
import { isRefusal, requestText, streamAnswer } from './stream-request.ts'
import { brokenAnswer, formatRefused, transportError, statusError } from './failures.ts'
import type { Log } from './failures.ts'
import { createStreamDecoder } from './stream-decoder.ts'
import type { BodyParser, ChunkHandler } from './stream-decoder.ts'
import type { LanguageModel, ModelEnd, ModelRequest, TakeText } from './model.ts'
import { errorOf, readJson } from './server-errors.ts'
import { createReasoningFilter, startsInsideReasoning } from './reasoning-filter.ts'

/** A model on a server, and how to use that server. An API ignores options that it does not have. */
export interface ServerOptions {
  url: string
  model: string
  /** Empty = none. */
  apiKey?: string
  /** Further headers of each request, by lower-case name; they win over the API's own. */
  headers?: Record<string, string>
  proxy?: ProxySettings
  connectTimeoutMs: number
  /** The longest silence before the first token, ms: a model may have to be loaded, or think in silence. Default `silenceTimeoutMs`. */
  firstTokenTimeoutMs?: number
  /** The longest silence between tokens, ms. */
  silenceTimeoutMs: number
  /** The most connections; further answers wait for one, the companies in turn. */
  poolSize: number
  /** The longest wait for a connection while all are in use, ms. Default 10,000. */
  queueTimeoutMs?: number
  /** How long the server keeps the model in memory after a request: a Go duration (`60m`) or seconds; -1 = for ever. */
  keepAlive?: string
  log?: Log
}

export interface RemoteModelOptions extends ServerOptions {
  /** The longest that a warm-up may take, ms; loading a model takes its time. Default 60,000. */
  warmUpTimeoutMs?: number
  /** How long after a failed warm-up the next one begins, ms. Default 15,000. */
  warmUpAgainMs?: number
  /** The silence after which the state tells of a server that was asked, ms. Default 15,000. */
  silentMs?: number | undefined
}

/** The part that differs from API to API. */
export interface Protocol {
  /** The paths at which a server may serve the API, the likeliest first; the next one is tried when a path is unknown. */
  paths: readonly string[]
  /** The headers for the key, and others that the API requires. */
  headers (apiKey: string): Record<string, string>
  body (request: ModelRequest, model: string): RequestBody
  warmUpBody (model: string): RequestBody
  /** A body can demand JSON. */
  writesJson?: boolean
  /** The parts of a body that a server may refuse. */
  changes: Changes
  createBodyParser (handler: ChunkHandler): BodyParser
}

const keepAliveMs = 30_000
const maxHeldModels = 100
/** The most ways to ask for one answer. */
const maxWays = 8
const defaultQueueMs = 10_000

/** Makes the model that speaks `protocol`. */
export function createRemoteModel (protocol: Protocol, options: RemoteModelOptions): LanguageModel {
  const { model: name, log } = options
  const { origin, search, authorization } = readAddress(options.url)
  const apiKey = options.apiKey?.trim() ?? ''
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    // Without it a server may compress, which holds tokens back until there are enough of them.
    'accept-encoding': 'identity',
    ...protocol.headers(apiKey),
    // A user in the address is that of a gateway before the server: without it there is no way through.
    ...(authorization === undefined ? {} : { authorization }),
    ...options.headers,
  }
  const keys = [
    apiKey, authorization?.slice('Basic '.length) ?? '', ...Object.values(options.headers ?? {}), ...new URLSearchParams(search).values(),
  ]
  const agent = createAgent(origin, {
    proxy: options.proxy,
    connections: options.poolSize,
    // Cancelling one answer has to close its socket: HTTP/1.1, one answer per connection.
    pipelining: 1,
    allowH2: false,
    connectTimeoutMs: options.connectTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    // The request has its own time-out, which counts tokens and not heartbeats.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const slots = createSlots(options.poolSize, { keptMs: 10_000 })
  const adaptation = createAdaptation(protocol.changes, protocol.paths)
  // Models that showed their reasoning before its closing tag.
  const heldModels = new Set<string>()
  // Per model, the shortest prompt in characters that was too long for it.
  const tooLong = new Map<string, number>()
  const counts = { requests: 0, failures: 0 }
  const availability = createAvailability({
    model: name,
    send: sendWarmUp,
    timeoutMs: options.warmUpTimeoutMs ?? 60_000,
    againMs: options.warmUpAgainMs ?? 15_000,
    silentMs: options.silentMs,
    log,
  })

  /** Returns true when the request is repeated in another form after this refusal. */
  function adapts (model: string, sent: SentRequest, refusal: Refusal, secrets: readonly string[]): boolean {
    const change = adaptation.learn(model, sent, refusal, secrets)
    if (change !== undefined) log?.warn({ model, change }, 'the language model is asked in another way')
    return change !== undefined
  }

  /** Returns a request in the form that is known to work. */
  function formOf (model: string, body: RequestBody): SentRequest {
    return { path: adaptation.path(), body: adaptation.apply(model, body) }
  }

  /** Sends the request once. Calls `onRefusal` before it throws for a status other than 200. */
  async function askOnce (
    request: ModelRequest, model: string, take: TakeText, onRefusal: (refusal: Refusal, sent: SentRequest) => void
  ): Promise<ModelEnd> {
    const free = await slots.take(options.queueTimeoutMs ?? defaultQueueMs, request.signal, request.company)
    if (!free) throw coded('OVERLOADED', 'The language model has no free connection.')
    const secrets = () => secretsOf(request)
    const filter = createReasoningFilter(heldModels.has(model) || startsInsideReasoning(model))
    const sent = formOf(model, protocol.body(request, model))
    let answered = false
    const onSign = availability.onSent()
    try {
      const ending = await streamAnswer({
        agent,
        origin,
        path: sent.path,
        headers,
        body: JSON.stringify(sent.body),
        signal: request.signal,
        firstTokenMs: options.firstTokenTimeoutMs ?? options.silenceTimeoutMs,
        silenceMs: options.silenceTimeoutMs,
        secrets,
        createDecoder: () => createStreamDecoder(protocol.createBodyParser, filter, secrets, request.format !== undefined),
        take (text) {
          onSign()
          return take(text)
        },
        onResponse () { answered = true },
        onRefusal: refusal => onRefusal(refusal, sent),
        onFree: free,
      })
      if (ending) {
        if (filter.heldNeedlessly) heldModels.delete(model)
        availability.onAnswer()
      }
      return ending ?? { reason: 'stop' }
    } catch (error) {
      if (filter.leaked && heldModels.size < maxHeldModels) heldModels.add(model)
      throw transportError(error, answered)
    } finally {
      onSign()
    }
  }

  function secretsOf ({ messages }: Pick<ModelRequest, 'messages'>): string[] {
    return [...keys, ...messages.map(({ content }) => content)]
  }

  async function stream (given: ModelRequest, take: TakeText): Promise<ModelEnd> {
    const { signal } = given
    signal.throwIfAborted()
    counts.requests++
    const model = given.model ?? name
    let request = given
    const shorten = () => {
      if (!request.shorter) return false
      request = { ...request, messages: request.shorter(), shorter: undefined }
      return true
    }
    if (lengthOf(given) >= (tooLong.get(model) ?? Infinity)) shorten()
    for (let ways = 1; ; ways++) {
      let refused: { refusal: Refusal, sent: SentRequest } | undefined
      try {
        return await askOnce(request, model, take, (refusal, sent) => { refused = { refusal, sent } })
      } catch (error) {
        if (signal.aborted) throw signal.reason
        if (refused && ways < maxWays) {
          const { refusal, sent } = refused
          const secrets = secretsOf(request)
          if (isContextExceeded(refusal, secrets)) {
            if (tooLong.size < maxHeldModels) tooLong.set(model, Math.min(lengthOf(request), tooLong.get(model) ?? Infinity))
            if (shorten()) continue
          } else if (adapts(model, sent, refusal, secrets)) continue
          if (request.format && isFormatRefused(refusal, secrets)) throw formatRefused(request.format, error)
        }
        counts.failures++
        const { code, cause } = error as CodedError
        // A company's own model that the server does not have says nothing about the others.
        if (model === name || code !== 'LLM_REJECTED') availability.onFailure(error as CodedError)
        log?.warn({ code, model, upstream: messageOf(cause) }, 'the language model failed')
        throw error
      }
    }
  }

  /** Sends the warm-up until the server takes it. Throws a coded error, or undici's own. */
  async function sendWarmUp (signal: AbortSignal): Promise<void> {
    const body = protocol.warmUpBody(name)
    for (let ways = 1; ; ways++) {
      const sent = formOf(name, body)
      const reply = await requestText(agent, { origin, path: sent.path, headers, body: JSON.stringify(sent.body) }, signal)
      if (!isRefusal(reply.status)) {
        if (!isAnswer(reply.text)) throw brokenAnswer('the answer to the warm-up cannot be read')
        return
      }
      // One token is not enough for a model that thinks, but the model is there.
      if (/could not finish the message|output limit was reached/i.test(reply.text)) return
      if (ways === maxWays || !adapts(name, sent, reply, keys)) throw statusError(reply.status, reply.headers, reply.text, keys)
    }
  }

  return {
    name,
    kind: 'llm',
    writesJson: protocol.writesJson ?? false,
    stream,
    warmUp: availability.warmUp,
    stats: () => ({ name, kind: 'llm', ...availability.state(), ...counts, retries: 0, fallbacks: 0 }),
    async close () {
      availability.close()
      await agent.destroy()
    },
  }
}

function lengthOf ({ messages }: ModelRequest): number {
  return messages.reduce((sum, { content }) => sum + content.length, 0)
}

function isAnswer (text: string): boolean {
  const reply = readJson(text)
  return typeof reply === 'object' && reply !== null && errorOf(reply) === undefined
}

function messageOf (cause: unknown): string | undefined {
  return cause instanceof Error ? cause.message : undefined
}
