// The HTTP client that the commands use to talk to a running service.
import type { Readable } from 'node:stream'
import { request, type Dispatcher } from 'undici'
import { createAgent } from '../src/async/agent.ts'
import { loadConfig } from '../src/config.ts'
import { retry } from '../src/async/retry.ts'
import { readRetryAfter } from '../src/async/retry-after.ts'
import { UsageError } from './command-io.ts'
import { configuredProxy } from './proxy.ts'

/** Thrown when the service refuses a request, or cannot be reached (status 0, code UNREACHABLE). */
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

  /** True when the same request may succeed a little later. */
  get passing (): boolean {
    return [0, 429, 502, 503, 504].includes(this.status)
  }
}

/** Thrown when a body cannot be created, for instance because its file cannot be read; the service is not at fault. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
  readonly code: string

  constructor (code: string, cause: unknown) {
    super('The file cannot be read.', { cause })
    this.code = code
  }
}

export interface Body {
  /** Creates the body, again for each try; failures are thrown as BodyError. */
  make: () => Readable | Uint8Array | string
  length: number
  type: string
}

export interface AskOptions {
  /** Parameters without a value are omitted. */
  query?: Record<string, string | undefined>
  headers?: Record<string, string>
  /** Takes the bytes of a successful response, however long it is; `ask` then returns null. Only for requests that are not retried. */
  onBytes?: (bytes: Buffer) => void
  body?: Body
  /** The longest silence to accept from the service, ms. */
  silenceMs?: number
  /** Statuses of failures whose body is an answer all the same. */
  accepts?: number[]
}

export interface Patience {
  /** How long to wait for a service that answered before and is now unreachable, ms; 0 = each request is tried once. */
  awayMs: number
  /** The same for a service that has not answered yet. */
  atFirstMs: number
  /** The pause before the second try, ms; it doubles with each further try, up to `longestPauseMs`. */
  pauseMs: number
  longestPauseMs: number
}

export interface Service {
  /** The service's address, without a trailing `/`. */
  readonly address: string
  /** Sends a request. @returns the JSON of the response, null when it has none. Throws ServiceError, BodyError, or the signal's reason. */
  ask<T>(method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE', path: string, options?: AskOptions): Promise<T>
  close (): Promise<void>
}

/** For commands that finish on their own. */
export const patient: Patience = { awayMs: 120_000, atFirstMs: 0, pauseMs: 500, longestPauseMs: 30_000 }
/** For commands that run for days. */
export const steadfast: Patience = { ...patient, awayMs: Infinity, atFirstMs: Infinity }
/** For requests that are not retried. */
export const once: Patience = { ...patient, awayMs: 0 }

/** A full queue means that the service is working, so it gets the time that reading large files takes. */
const queueMs = 3_600_000
const maxAnswerBytes = 33_554_432

/**
 * Opens a client with the key in CAUSERIE_KEY. Throws UsageError when that is not a valid key, or when the service's address
 * is unknown.
 * @param scope the scope that the key needs, for the hint when it lacks it
 * @param onWait called before each pause with its reason and its length in ms
 */
export function openService ({ url, env, scope, patience = patient, signal, onWait = () => {}, onBack = () => {} }: {
  url: string | undefined
  env: NodeJS.ProcessEnv
  scope: 'chat' | 'write' | 'admin'
  patience?: Patience
  signal?: AbortSignal
  onWait?: (reason: string, ms: number) => void
  /** Called when the service answers again. */
  onBack?: () => void
}): Service {
  const base = baseOf(url, env)
  const address = base.href.replace(/\/$/, '')
  const key = keyOf(env)
  const agent = createAgent(address, { proxy: configuredProxy(env), connectTimeoutMs: 10_000, connections: 16 })
  const hint = ` Put a key with the scope ${scope} into CAUSERIE_KEY.`
  let reached = false

  async function tryOnce (method: Dispatcher.HttpMethod, url: URL, options: AskOptions): Promise<unknown> {
    const { body, headers, silenceMs = 60_000, accepts = [] } = options
    let response
    let text
    try {
      response = await request(url, {
        dispatcher: agent,
        method,
        headers: {
          ...headers,
          ...(key ? { authorization: `Bearer ${key}` } : {}),
          ...(body ? { 'content-type': body.type, 'content-length': String(body.length) } : {}),
        },
        body: body?.make() ?? null,
        headersTimeout: silenceMs,
        bodyTimeout: silenceMs,
        ...(signal ? { signal } : {}),
      })
      const isTaken = options.onBytes !== undefined && response.statusCode < 300
      text = isTaken ? await passOn(response, options.onBytes!) : await textOf(response)
    } catch (error) {
      signal?.throwIfAborted()
      throw unreachable(error)
    }
    const answer = jsonOf(text)
    const { statusCode: status } = response
    if ((status >= 200 && status < 300) || (accepts.includes(status) && answer !== null)) return answer
    const { code = 'HTTP', message = `${url.pathname}: HTTP ${status}` } = problemOf(answer)
    const lacksKey = status === 401 || code === 'SCOPE_MISSING'
    throw new ServiceError(status, code, `${message}${lacksKey ? hint : ''}`, readRetryAfter(response.headers['retry-after']))
  }

  /** Returns an UNREACHABLE error; errors in the request itself, which are not the service's fault, are returned as they are. */
  function unreachable (error: unknown): unknown {
    const { code, cause } = error as NodeJS.ErrnoException & { cause?: Error }
    if (error instanceof BodyError || code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH' || code === 'UND_ERR_INVALID_ARG') return error
    const reason = (error as Error).message || (cause?.message ?? code)
    return new ServiceError(
      0,
      'UNREACHABLE',
      `${address} cannot be reached (${reason}). Is the service running? If it is elsewhere, use --url.`,
      undefined,
      error
    )
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
        // A full queue empties, and a limit's window ends.
        const passes = error.code === 'QUEUE_FULL' || (error.code === 'RATE_LIMITED' && awayMs > 0)
        const longestMs = passes ? Math.max(awayMs, queueMs) : awayMs
        return error.passing && performance.now() - since < longestMs
      },
      // If the service asks for a pause of an hour, try sooner.
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
    // The service's responses follow the API contract.
    ask: ask as Service['ask'],
    close: () => agent.destroy(),
  }
}

/** Creates a JSON body. */
export function jsonBody (value: object): Body {
  const text = JSON.stringify(value)
  return { make: () => text, length: Buffer.byteLength(text), type: 'application/json' }
}

/** Returns the key from the environment, if any. */
function keyOf ({ CAUSERIE_KEY: key }: NodeJS.ProcessEnv): string | undefined {
  // For instance, a file with Windows line endings leaves a carriage return, which a header cannot hold.
  if (key && !/^[\x21-\x7e]+$/.test(key)) {
    throw new UsageError('CAUSERIE_KEY is not a key: it contains a space, a line end or a character that is not ASCII.')
  }
  return key
}

/** Returns the service's address: the given one, or the one from this machine's settings. */
function baseOf (given: string | undefined, env: NodeJS.ProcessEnv): URL {
  const text = given ?? addressOf(loadConfig(env))
  const base = URL.parse(text.endsWith('/') ? text : `${text}/`)
  if (!base || !/^https?:$/.test(base.protocol)) throw new UsageError(`${text} is not an address. It must start with http:// or https://.`)
  if (base.username || base.password) throw new UsageError('The address must not contain a password. Put the key into CAUSERIE_KEY.')
  return base
}

/** Returns the address at which this machine reaches the service of these settings. */
export function addressOf ({ HOST, PORT }: { HOST: string, PORT: number }): string {
  const host = HOST === '0.0.0.0' ? '127.0.0.1' : HOST === '::' ? '::1' : HOST
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`
}

async function passOn ({ body }: Dispatcher.ResponseData, onBytes: (bytes: Buffer) => void): Promise<''> {
  for await (const bytes of body) onBytes(bytes)
  return ''
}

async function textOf ({ body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    if ((size += chunk.length) > maxAnswerBytes) throw new Error('the answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function jsonOf (text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    // Probably a proxy's error page; the status says enough.
    return null
  }
}

/** Reads an error: `{code, message}`, or the same under `error` from the OpenAI-compatible routes. */
function problemOf (answer: unknown): { code?: string, message?: string } {
  const { code, message, error } = (answer ?? {}) as { code?: unknown, message?: unknown, error?: unknown }
  if (typeof error === 'object' && error !== null && message === undefined) return problemOf({ message: '', ...error })
  return { ...(typeof code === 'string' ? { code } : {}), ...(typeof message === 'string' && message !== '' ? { message } : {}) }
}
