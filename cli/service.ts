// The HTTP client of a running service, for the commands that have it do something.
import type { Readable } from 'node:stream'
import { Agent, request, type Dispatcher } from 'undici'
import { loadConfig } from '../src/config.ts'
import { retry } from '../src/async/retry.ts'
import { readRetryAfter } from '../src/async/retry-after.ts'
import { UsageError } from './terminal.ts'

/** A request that the service refused, or that did not reach it (status 0, code UNREACHABLE). */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly status: number
  readonly code: string
  readonly retryAfterMs: number | undefined

  constructor (status: number, code: string, message: string, retryAfterMs?: number, cause?: unknown) {
    super(message, { cause })
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }

  /** Whether the same request may succeed a little later. */
  get passing (): boolean {
    return [0, 429, 502, 503, 504].includes(this.status)
  }
}

/** A body that cannot be made, as when its file cannot be read: no fault of the service. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
  readonly code: string

  constructor (code: string, cause: unknown) {
    super('The file cannot be read.', { cause })
    this.code = code
  }
}

export interface Body {
  /** Makes it, anew for each try; what fails in it is a BodyError. */
  make: () => Readable | Uint8Array | string
  length: number
  type: string
}

export interface AskOptions {
  /** Parameters without a value are left out. */
  query?: Record<string, string | undefined>
  body?: Body
  /** Longest silence of the service, ms. */
  silenceMs?: number
}

export interface Patience {
  /** How long a service that has answered before may be away, ms; 0 = each request is tried once. */
  awayMs: number
  /** The same for one that has not answered yet. */
  atFirstMs: number
  /** Pause before the second try, ms; each further one is twice as long, up to `longestPauseMs`. */
  pauseMs: number
  longestPauseMs: number
}

export interface Service {
  /** Its address, without a `/` at the end. */
  readonly address: string
  /** @returns the answer's JSON, null when it has none. Throws ServiceError, BodyError, or the signal's reason. */
  ask<T>(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, options?: AskOptions): Promise<T>
  close (): Promise<void>
}

/** For commands that end by themselves. */
export const patient: Patience = { awayMs: 120_000, atFirstMs: 0, pauseMs: 500, longestPauseMs: 30_000 }
/** For those that run for days. */
export const steadfast: Patience = { ...patient, awayMs: Infinity, atFirstMs: Infinity }
/** For requests that are not repeated. */
export const once: Patience = { ...patient, awayMs: 0 }

/** A queue that is full is a service at work: it is given the time that reading large files takes. */
const queueMs = 3_600_000
const mostAnswerBytes = 33_554_432

/**
 * Opens a client; CAUSERIE_KEY of the environment is its key. Throws UsageError when that is no
 * key, or it is not clear where the service is.
 * @param scope what the key has to allow, for the hint when it does not
 * @param onWait told before each pause: why, and for how long, ms
 */
export function openService ({ url, env, scope, patience = patient, signal, onWait = () => {}, onBack = () => {} }: {
  url: string | undefined
  env: NodeJS.ProcessEnv
  scope: 'write' | 'admin'
  patience?: Patience
  signal?: AbortSignal
  onWait?: (reason: string, ms: number) => void
  /** Told when it answers again. */
  onBack?: () => void
}): Service {
  const base = baseOf(url, env)
  const address = base.href.replace(/\/$/, '')
  const key = keyOf(env)
  const agent = new Agent({ connect: { timeout: 10_000 }, connections: 16 })
  const hint = ` Put a key with the scope ${scope} into CAUSERIE_KEY.`
  let reached = false

  async function tryOnce (method: Dispatcher.HttpMethod, url: URL, { body, silenceMs = 60_000 }: AskOptions): Promise<unknown> {
    let response
    let text
    try {
      response = await request(url, {
        dispatcher: agent,
        method,
        headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), ...(body ? { 'content-type': body.type, 'content-length': String(body.length) } : {}) },
        body: body?.make() ?? null,
        headersTimeout: silenceMs,
        bodyTimeout: silenceMs,
        ...(signal ? { signal } : {}),
      })
      text = await textOf(response)
    } catch (error) {
      signal?.throwIfAborted()
      throw unreachable(error)
    }
    const answer = jsonOf(text)
    const { statusCode: status } = response
    if (status >= 200 && status < 300) return answer
    const { code = 'HTTP', message = `${url.pathname}: HTTP ${status}` } = problemOf(answer)
    const lacksKey = status === 401 || code === 'SCOPE_MISSING'
    throw new ServiceError(status, code, `${message}${lacksKey ? hint : ''}`, readRetryAfter(response.headers['retry-after']))
  }

  /** What is wrong with the request itself is no fault of the service. */
  function unreachable (error: unknown): unknown {
    const { code, cause } = error as NodeJS.ErrnoException & { cause?: Error }
    if (error instanceof BodyError || code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH' || code === 'UND_ERR_INVALID_ARG') return error
    const reason = (error as Error).message || (cause?.message ?? code)
    return new ServiceError(0, 'UNREACHABLE', `${address} cannot be reached (${reason}). Is the service running? --url says where.`, undefined, error)
  }

  async function ask (method: Dispatcher.HttpMethod, path: string, options: AskOptions = {}): Promise<unknown> {
    const url = new URL(`.${path}`, base)
    for (const [name, value] of Object.entries(options.query ?? {})) if (value !== undefined) url.searchParams.set(name, value)
    const since = performance.now()
    let waited = false
    const answered = () => {
      reached = true
      if (waited) onBack()
      waited = false
    }
    const answer = await retry(() => tryOnce(method, url, options), {
      firstMs: patience.pauseMs,
      longestMs: patience.longestPauseMs,
      signal,
      isRetryable (error) {
        if (!(error instanceof ServiceError)) return false
        if (error.status > 0) reached = true
        if (!error.passing) answered()
        const awayMs = reached ? patience.awayMs : patience.atFirstMs
        const longestMs = error.code === 'QUEUE_FULL' ? Math.max(awayMs, queueMs) : awayMs
        return error.passing && performance.now() - since < longestMs
      },
      // A service that asks for an hour is asked sooner.
      retryAfterMs: error => Math.min((error as ServiceError).retryAfterMs ?? 0, patience.longestPauseMs),
      onRetry (error, pauseMs) {
        onWait((error as ServiceError).message, pauseMs)
        waited = true
      },
    })
    answered()
    return answer
  }

  return {
    address,
    // What the service answers is what the contract says.
    ask: ask as Service['ask'],
    close: () => agent.destroy(),
  }
}

/** A JSON body. */
export function jsonBody (value: object): Body {
  const text = JSON.stringify(value)
  return { make: () => text, length: Buffer.byteLength(text), type: 'application/json' }
}

/** The key, when there is one. */
function keyOf ({ CAUSERIE_KEY: key }: NodeJS.ProcessEnv): string | undefined {
  // A file with the line ends of Windows leaves one behind, for instance; it could not be sent.
  if (key && !/^[\x21-\x7e]+$/.test(key)) throw new UsageError('CAUSERIE_KEY holds what no key has: a blank, the end of a line, or a character that is not ASCII.')
  return key
}

/** Where the service is: the address that is given, else that of the settings on this machine. */
function baseOf (given: string | undefined, env: NodeJS.ProcessEnv): URL {
  const text = given ?? addressOf(loadConfig(env))
  const base = URL.parse(text.endsWith('/') ? text : `${text}/`)
  if (!base || !/^https?:$/.test(base.protocol)) throw new UsageError(`${text} is no address: it starts with http:// or https://.`)
  if (base.username || base.password) throw new UsageError('An address with a password is not taken: the key goes into CAUSERIE_KEY.')
  return base
}

/** Where the service of these settings can be reached from this machine. */
function addressOf ({ HOST, PORT }: { HOST: string, PORT: number }): string {
  const host = HOST === '0.0.0.0' ? '127.0.0.1' : HOST === '::' ? '::1' : HOST
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`
}

async function textOf ({ body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    if ((size += chunk.length) > mostAnswerBytes) throw new Error('the answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function jsonOf (text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    // A proxy's page, for one; the status says the rest.
    return null
  }
}

/** Ours is `{code, message}`; the routes of OpenAI's kind have it under `error`. */
function problemOf (answer: unknown): { code?: string, message?: string } {
  const { code, message, error } = (answer ?? {}) as { code?: unknown, message?: unknown, error?: unknown }
  if (typeof error === 'object' && error !== null && message === undefined) return problemOf({ message: '', ...error })
  return { ...(typeof code === 'string' ? { code } : {}), ...(typeof message === 'string' && message !== '' ? { message } : {}) }
}
