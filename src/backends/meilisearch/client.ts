// The one HTTP client of Meilisearch: a pool of kept-alive connections, and a circuit breaker for requests that a client waits for.
import { Pool } from 'undici'
import { createAgent, usesProxy, type ProxySettings } from '../../async/agent.ts'
import { createCircuit, type Circuit } from './circuit.ts'
import { MeilisearchError, broken, hasStatus, isServerFault, refusal, timeoutError, unreadable } from './errors.ts'
import { exchange } from './exchange.ts'

export interface MeilisearchRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** From the server's root, with a leading slash. */
  path: string
  /** JSON, unless `contentType` says otherwise. */
  body?: string | Buffer | null
  contentType?: string
  /** API key or tenant token; empty = none. */
  token: string
  /** Aborted with a TimeoutError when the server has had its time: that is its failure. */
  signal: AbortSignal
}

/** A request whose answer is not read as JSON as it is. `read` throws a SyntaxError when it cannot be read. */
export interface ReadRequest<T> extends MeilisearchRequest { read: (text: string) => T }

export interface MeilisearchClient {
  readonly origin: string
  /** Sends a request once. Returns the parsed answer. Throws a MeilisearchError, or the signal's reason. */
  send<T> (request: MeilisearchRequest | ReadRequest<T>): Promise<T>
  /** Sends a request that only reads, for a client that waits: fails at once while the circuit is open. Throws as `send` does. */
  query<T> (request: MeilisearchRequest | ReadRequest<T>): Promise<T>
  readonly circuit: Circuit
  /** Returns the counts of requests sent with `query`, and of connections. */
  stats (): Record<string, unknown>
  close (): Promise<void>
}

export interface MeilisearchClientOptions {
  /** Base URL, with or without a path. */
  url: string
  /** The most requests in flight: well below the 1,000 that Meilisearch queues before it drops any. */
  connections: number
  proxy?: ProxySettings | undefined
  /** Longest wait for a connection, in milliseconds. */
  connectTimeoutMs?: number
  /** The number of failures in a row that opens the circuit. */
  failures?: number
}

export function createMeilisearchClient ({
  url, proxy, connections, connectTimeoutMs = 3000, failures = 20,
}: MeilisearchClientOptions): MeilisearchClient {
  const base = new URL(url)
  const prefix = base.pathname.replace(/\/+$/, '')
  const { origin } = base
  const options = {
    connections,
    // Each request is bounded by its signal.
    headersTimeout: 0,
    bodyTimeout: 0,
    // Meilisearch closes an idle connection after 5 s. With a shorter time, none is used just as it is being closed.
    keepAliveTimeout: 4000,
    pipelining: 1,
  }
  const pool = usesProxy(url, proxy)
    ? createAgent(url, { ...options, proxy, connectTimeoutMs })
    : new Pool(origin, { ...options, connect: { timeout: connectTimeoutMs } })
  const counts = { requests: 0, retries: 0, failures: {} as Record<string, number> }
  const circuit = createCircuit({
    failures,
    probe: async () => {
      const { statusCode, body } = await pool.request({
        origin, method: 'GET', path: `${prefix}/health`, headersTimeout: 2000, bodyTimeout: 2000,
      })
      await body.dump()
      return statusCode === 200
    },
  })

  async function send<T> (
    { method, path, body = null, contentType = 'application/json', token, signal, read }: MeilisearchRequest & Partial<ReadRequest<T>>
  ): Promise<T> {
    const headers: Record<string, string> = {}
    if (body !== null) headers['content-type'] = contentType
    if (token !== '') headers.authorization = `Bearer ${token}`
    try {
      return await exchange(pool, { origin, method, path: prefix + path, headers, body }, signal, ({ status, retryAfter, text }) => {
        if (status < 200 || status >= 300) throw refusal(status, text, retryAfter)
        return status === 204 ? (undefined as T) : parse(text, status, read)
      })
    } catch (error) {
      if (error instanceof MeilisearchError) throw error
      // A caller that has left says nothing about the server; a missed deadline does.
      if (signal.aborted) throw isTimeout(signal.reason) ? timeoutError(signal.reason) : signal.reason
      throw broken(error)
    }
  }

  async function query<T> (request: MeilisearchRequest & Partial<ReadRequest<T>>): Promise<T> {
    circuit.check()
    for (let isFirst = true; ; isFirst = false) {
      counts.requests++
      try {
        const result = await send<T>(request)
        circuit.succeeded()
        return result
      } catch (error) {
        if (!(error instanceof MeilisearchError)) throw error
        // A kept-alive connection that was closed as the request went out, also with a word: the server had stood still.
        if (isFirst && !request.signal.aborted && (isReset(error.cause) || hasStatus(error, 408))) {
          counts.retries++
          continue
        }
        counts.failures[error.kind] = (counts.failures[error.kind] ?? 0) + 1
        if (isServerFault(error)) circuit.failed(error.retryAfterMs ?? 0)
        else circuit.succeeded()
        throw error
      }
    }
  }

  return {
    origin,
    send,
    query,
    circuit,
    stats () {
      if (!(pool instanceof Pool)) return { ...counts, circuit: circuit.state(), pool: { max: connections } }
      const { connected, free, pending, queued, running } = pool.stats
      return { ...counts, circuit: circuit.state(), pool: { connected, free, pending, queued, running, max: connections } }
    },
    async close () {
      circuit.close()
      await pool.destroy()
    },
  }
}

function parse<T> (text: string, status: number, read: (text: string) => T = JSON.parse): T {
  try {
    return read(text)
  } catch {
    throw unreadable(status)
  }
}

function isReset (cause: unknown): boolean {
  const { code, message } = (cause ?? {}) as { code?: string, message?: string }
  return code === 'ECONNRESET' || code === 'EPIPE' || (code === 'UND_ERR_SOCKET' && message === 'other side closed')
}

function isTimeout (reason: unknown): boolean {
  return (reason as Error | undefined)?.name === 'TimeoutError'
}
