// The port to web search.

export interface WebResult {
  /** Plain text, one line. */
  title: string
  /** http or https. */
  url: string
  /** Plain text, one line. */
  snippet: string
  /** The day it was published or last changed, according to the engine: YYYY-MM-DD. */
  age?: string
}

/** Why there are no results. */
export type WebFailure =
  | 'timeout' // no answer in time
  | 'unavailable' // no connection, or an error of the engine
  | 'rate_limited' // too many requests; it gets the pause that it asks for
  | 'refused' // the engine rejects the key or the settings: only the operator can fix that
  | 'broken' // an answer that cannot be read
  | 'overloaded' // too many searches of this service are running

export interface WebFindings {
  /** Empty after a failure. */
  results: WebResult[]
  /** Absent when the search succeeded. */
  degraded?: WebFailure
}

export interface WebQuery {
  /** Two letters, or `und`. */
  language: string
  /** The most results to return. */
  limit: number
  signal?: AbortSignal
}

export interface WebSearch {
  /**
   * Searches the web. Throws only the signal's reason; `degraded` reports every failure.
   * @param options `company` shares no results with others, which could tell from the time whether somebody asked the same
   */
  search (query: string, options: WebQuery & { company?: string }): Promise<WebFindings>
  stats (): { size: number, bytes: number, hits: number, misses: number, failures: number }
  close (): Promise<void>
}

/** One engine: an adapter. */
export interface WebEngine {
  /** Throws a WebSearchError, or the signal's reason. */
  search (query: string, options: Required<WebQuery>): Promise<WebResult[]>
  close (): Promise<void>
}

export class WebSearchError extends Error {
  override readonly name = 'WebSearchError'
  readonly reason: WebFailure
  /** The pause that the engine asks for, in ms. */
  readonly retryAfterMs: number

  constructor (reason: WebFailure, { retryAfterMs = 0, cause }: { retryAfterMs?: number, cause?: unknown } = {}) {
    super(`The web search failed: ${reason}.`, { cause })
    this.reason = reason
    this.retryAfterMs = retryAfterMs
  }
}
