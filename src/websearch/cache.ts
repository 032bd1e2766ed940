// Caches web searches: shares results and running searches within a company, and gives an engine the pause that it asks for.
import { LRUCache } from 'lru-cache'
import { unlessAborted } from '../async/signals.ts'
import { WebSearchError, type WebEngine, type WebFailure, type WebFindings, type WebResult, type WebSearch } from './port.ts'

export interface CachedWebSearchOptions {
  engine: WebEngine
  /** The longest wait for the engine, in ms. */
  timeoutMs: number
  /** How long results are cached, ms; 0 = not at all. */
  ttlMs: number
  /** The most memory for results. */
  maxBytes: number
  /** The most searches that run at once. */
  maxInFlight?: number
  /** Called on each failure of the engine; the error does not contain the question. */
  onError?: (reason: WebFailure, error: unknown) => void
  /** A clock in ms, with any origin. */
  now?: () => number
}

const longestPauseMs = 3_600_000
/** Characters: the question becomes part of a URL. */
const longestQuery = 400

/** Makes a web search from an engine: cached, shared by a company's equal questions, and without errors. */
export function cacheWebSearch ({
  engine, timeoutMs, ttlMs, maxBytes, maxInFlight = 10, onError = () => {}, now = () => performance.now(),
}: CachedWebSearchOptions): WebSearch {
  const cache =
    ttlMs > 0 && maxBytes > 0
      ? new LRUCache<string, WebResult[]>({
        max: 10_000,
        maxSize: maxBytes,
        sizeCalculation: sizeOf,
        ttl: ttlMs,
        ttlResolution: 0,
        perf: { now },
      })
      : null
  const running = new Map<string, Promise<WebFindings>>()
  const counts = { hits: 0, misses: 0, failures: 0 }
  const closing = new AbortController()
  let pausedUntil = -Infinity

  async function ask (key: string, query: string, language: string, limit: number): Promise<WebFindings> {
    const failed = (degraded: WebFailure): WebFindings => {
      counts.failures++
      return { results: [], degraded }
    }
    if (now() < pausedUntil) return failed('rate_limited')
    if (running.size >= maxInFlight) return failed('overloaded')
    const late = AbortSignal.timeout(timeoutMs)
    try {
      const results = await engine.search(query, { language, limit, signal: AbortSignal.any([late, closing.signal]) })
      cache?.set(key, results)
      return { results }
    } catch (error) {
      const known = error instanceof WebSearchError ? error : new WebSearchError(late.aborted ? 'timeout' : 'unavailable', { cause: error })
      if (known.retryAfterMs > 0) pausedUntil = now() + Math.min(known.retryAfterMs, longestPauseMs)
      onError(known.reason, known)
      return failed(known.reason)
    }
  }

  return {
    async search (query, { company = '', language, limit, signal }) {
      signal?.throwIfAborted()
      const words = query.trim().replace(/\s+/g, ' ').slice(0, longestQuery).toWellFormed()
      if (words === '' || limit < 1) return { results: [] }
      const key = JSON.stringify([company, words, language, limit])
      const kept = cache?.get(key)
      if (kept) {
        counts.hits++
        return { results: structuredClone(kept) }
      }
      let search = running.get(key)
      if (search) counts.hits++
      else {
        counts.misses++
        search = ask(key, words, language, limit).finally(() => { running.delete(key) })
        running.set(key, search)
      }
      // A caller that leaves does not end the search: others wait for it, and the next caller finds the result cached.
      const findings = await (signal ? unlessAborted(search, signal) : search)
      return structuredClone(findings)
    },
    stats: () => ({ size: cache?.size ?? 0, bytes: cache?.calculatedSize ?? 0, ...counts }),
    async close () {
      closing.abort()
      await Promise.allSettled(running.values())
      await engine.close()
    },
  }
}

/** Estimates the bytes of results: two per character, plus the objects. */
function sizeOf (results: WebResult[], key: string): number {
  return results.reduce(
    (bytes, { title, url, snippet }) => bytes + 200 + 2 * (title.length + url.length + snippet.length),
    200 + 2 * key.length
  )
}
