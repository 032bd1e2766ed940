// Requests to Meilisearch over one pool of kept-alive connections, behind a circuit.
import { Pool } from 'undici'
import { readRetryAfter } from '../../async/retry-after.ts'
import { createCircuit, type Circuit } from './circuit.ts'

/** What Meilisearch answered instead of a result. */
export class MeiliError extends Error {
  override readonly name = 'MeiliError'
  readonly status: number
  /** Its own error code, such as `index_not_found`; empty when the answer was not its own. */
  readonly code: string
  /** Milliseconds after which it asks to be tried again; undefined when it does not say. */
  readonly retryAfterMs: number | undefined

  constructor (status: number, code: string, message: string, retryAfterMs?: number) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

export interface MeiliClient {
  /**
   * @param path from the server's root, with a leading slash
   * @param body JSON text
   * @param token API key or tenant token; empty = none
   * @returns the parsed answer
   * @param signal aborted with a TimeoutError when the server has had its time: that counts as its failure
   * Throws MeiliError, an undici or socket error, or the signal's reason; at once while the circuit is open.
   */
  request<T> (method: 'GET' | 'POST', path: string, body: string | null, token: string, signal: AbortSignal): Promise<T>
  readonly circuit: Circuit
  stats (): Record<string, unknown>
  close (): Promise<void>
}

export interface MeiliClientOptions {
  /** Base URL, with or without a path. */
  url: string
  /** Requests in flight at most, over all questions: well below the 1,000 that Meilisearch queues before it drops any. */
  connections: number
  /** Longest wait for an answer, in milliseconds. */
  timeoutMs: number
  /** Failures in a row that open the circuit. */
  failures?: number
}

export function createMeiliClient ({ url, connections, timeoutMs, failures = 20 }: MeiliClientOptions): MeiliClient {
  const base = new URL(url)
  const prefix = base.pathname.replace(/\/+$/, '')
  const pool = new Pool(base.origin, {
    connections,
    connect: { timeout: Math.min(timeoutMs, 3000) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    // Meilisearch closes an idle connection after 5 s: below that none is used just as it is being closed.
    keepAliveTimeout: 4000,
    pipelining: 1,
  })
  const counts = { requests: 0, retries: 0, failures: {} as Record<string, number> }
  const circuit = createCircuit({
    failures,
    probe: async () => {
      const { statusCode, body } = await pool.request({ method: 'GET', path: `${prefix}/health`, headersTimeout: 2000, bodyTimeout: 2000 })
      await body.dump()
      return statusCode === 200
    },
  })

  async function send<T> (method: 'GET' | 'POST', path: string, body: string | null, token: string, signal: AbortSignal): Promise<T> {
    counts.requests++
    const headers: Record<string, string> = {}
    if (body !== null) headers['content-type'] = 'application/json'
    if (token !== '') headers.authorization = `Bearer ${token}`
    const answer = await pool.request({ method, path: prefix + path, headers, body, signal })
    const text = await answer.body.text()
    if (answer.statusCode >= 200 && answer.statusCode < 300) return parse(text, answer.statusCode)
    throw toError(text, answer.statusCode, answer.headers['retry-after'])
  }

  return {
    circuit,
    async request<T> (method: 'GET' | 'POST', path: string, body: string | null, token: string, signal: AbortSignal) {
      circuit.check()
      for (let tries = 0; ; tries++) {
        try {
          const result = await send<T>(method, path, body, token, signal)
          circuit.succeeded()
          return result
        } catch (error) {
          // Who has left says nothing about the server; a deadline that has passed does.
          if (signal.aborted && !isDeadline(signal.reason)) throw signal.reason
          // A kept-alive connection that was closed as the request went out. All requests here only read.
          if (tries === 0 && !signal.aborted && isReset(error)) {
            counts.retries++
            continue
          }
          const failure: unknown = signal.aborted ? signal.reason : error
          const kind = failureKind(failure)
          counts.failures[kind] = (counts.failures[kind] ?? 0) + 1
          if (isServersFault(failure)) circuit.failed(failure instanceof MeiliError ? failure.retryAfterMs ?? 0 : 0)
          else circuit.succeeded()
          throw failure
        }
      }
    },
    stats () {
      const { connected, free, pending, queued, running } = pool.stats
      return { ...counts, circuit: circuit.state(), pool: { connected, free, pending, queued, running, max: connections } }
    },
    async close () {
      circuit.close()
      await pool.destroy()
    },
  }
}

function parse<T> (text: string, status: number): T {
  try {
    return JSON.parse(text) as T
  } catch {
    throw new MeiliError(status, '', 'The answer is no JSON: is MEILI_URL the address of a Meilisearch?')
  }
}

function toError (text: string, status: number, retryAfter: string | string[] | undefined): MeiliError {
  const after = readRetryAfter(retryAfter)
  try {
    const { code, message } = JSON.parse(text) as { code?: string, message?: string }
    return new MeiliError(status, code ?? '', message ?? `status ${status}`, after)
  } catch {
    return new MeiliError(status, '', `status ${status}`, after)
  }
}

/** One word for what went wrong, for figures and for the reason that a client is given. */
export function failureKind (error: unknown): string {
  if (error instanceof MeiliError) {
    if (error.status === 503 || error.status === 429) return 'overloaded'
    if (error.status === 401 || error.status === 403) return 'not allowed'
    if (error.code === 'index_not_found') return 'index missing'
    return error.status >= 500 ? 'server error' : error.status < 300 ? 'unreadable' : 'refused'
  }
  const { code, name } = error as { code?: string, name?: string }
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EHOSTUNREACH' || code === 'UND_ERR_CONNECT_TIMEOUT') return 'unreachable'
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT' || name === 'TimeoutError') return 'too slow'
  if (code === 'CIRCUIT_OPEN') return 'unreachable'
  return 'broken off'
}

function isReset (error: unknown): boolean {
  const { code, message } = error as { code?: string, message?: string }
  return code === 'ECONNRESET' || code === 'EPIPE' || (code === 'UND_ERR_SOCKET' && message === 'other side closed')
}

function isDeadline (reason: unknown): boolean {
  return (reason as Error | undefined)?.name === 'TimeoutError'
}

/** What Meilisearch itself answers, be it an error, is about one index or one key; unless it has too much to do. */
function isServersFault (error: unknown): boolean {
  if (!(error instanceof MeiliError) || error.status === 429 || error.status === 503) return true
  return error.code === '' && (error.status >= 500 || error.status < 300)
}
