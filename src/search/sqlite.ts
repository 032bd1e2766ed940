// The embedded search engine: the main thread's side of it.
import { LRUCache } from 'lru-cache'
import { asCoded, coded } from '../errors.ts'
import type { Store } from '../store/store.ts'
import type { SearchEngine, SearchRequest } from './engine.ts'

/** @param timeoutMs after which a search is given up with SEARCH_UNAVAILABLE */
export function createSqliteEngine ({ store, timeoutMs }: { store: Store, timeoutMs: number }): SearchEngine & {
  /** Tells the engine of a write, so that cached answers of the company are left behind at once. */
  changed (company: string, version: string): void
} {
  const versions = new LRUCache<string, string>({ max: 10_000 })
  const counts = { searches: 0, failures: 0 }
  return {
    async search ({ company, indexes = [], query, vectors, limit, signal }) {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
      const input = { query, indexes, limit }
      counts.searches++
      try {
        if (vectors.every(({ vector }) => !(vector instanceof Promise))) {
          const atHand = vectors.filter(entry => entry.vector !== null) as { model: string, vector: Float32Array }[]
          const { version, ...result } = await store.run('search', company.id, { ...input, vectors: atHand }, bounded)
          versions.set(company.id, version)
          return result
        }
        // The words are searched while the question is being embedded.
        const [keyword, embedded] = await Promise.all([
          store.run('searchKeywords', company.id, { query, indexes }, bounded),
          settleVectors(vectors, timeoutMs / 2, signal),
        ])
        const { passages, version } = await store.run('finishSearch', company.id, { ...input, keyword, vectors: embedded.vectors }, bounded)
        versions.set(company.id, version)
        return { passages, terms: keyword.terms, ...(embedded.failed ? { degraded: 'embedding' } : {}) }
      } catch (error) {
        signal.throwIfAborted()
        counts.failures++
        if (bounded.aborted) throw coded('SEARCH_UNAVAILABLE', 'It took too long.', error)
        throw asCoded(error, 'SEARCH_UNAVAILABLE')
      }
    },
    version: company => versions.get(company) ?? '0',
    changed: (company, version) => { versions.set(company, version) },
    async unavailable () {
      return null
    },
    stats: () => ({ engine: 'sqlite', ...counts, thread: store.stats() }),
    async close () {},
  }
}

/**
 * Waits for every vector; one that failed is left out, and all of them when they take longer than `ms`: an answer
 * by words alone is better than none. Throws the signal's reason as soon as it fires.
 */
async function settleVectors (promised: SearchRequest['vectors'], ms: number, signal: AbortSignal): Promise<{ vectors: { model: string, vector: Float32Array }[], failed: boolean }> {
  const { promise: given, resolve: giveUp, reject } = Promise.withResolvers<null>()
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  const timer = setTimeout(giveUp, ms, null)
  try {
    const settled = await Promise.race([Promise.allSettled(promised.map(({ vector }) => vector)), given])
    if (settled === null) return { vectors: [], failed: true }
    return {
      vectors: settled.flatMap((outcome, i) => outcome.status === 'fulfilled' && outcome.value ? [{ model: promised[i]!.model, vector: outcome.value }] : []),
      failed: settled.some(({ status }) => status === 'rejected'),
    }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}
