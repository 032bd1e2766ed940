// Keeps the answers that have ended, within a limit of bytes: for those who ask the same, and for those who know an answer's id.
import { LRUCache } from 'lru-cache'
import { createEndedLog, type EndedLog, type KeptFormat } from './ended-log.ts'
import { isWhole, type AnswerLog, type ReadableLog } from './log.ts'

export interface KeptAnswers {
  /** Keeps an answer so many milliseconds for those who ask the same, if it may be given to them, and for those who know its id. */
  add (log: AnswerLog, freshMs: number, keptMs: number): void
  /** Returns the answer of a key that may be given to others. */
  byKey (key: string): EndedLog | undefined
  byId (answerId: string): EndedLog | undefined
  /** Forgets the answers that match. Returns their ids. */
  forget (matches: (log: ReadableLog) => boolean): string[]
  clear (): void
  /** Returns how many are kept. */
  count (): number
  bytes (): number
}

/** A new one each time that its answer has grown: only then is the size counted anew. */
interface Entry { log: EndedLog }

/** An answer that may be given to others. It is in the cache for as long as it is here. */
interface Fresh { id: string, log: EndedLog, until: number, usedAt: number }

const usedMs = 1000

export function createKeptAnswers ({ maxBytes, format }: { maxBytes: number, format: KeptFormat }): KeptAnswers {
  const freshByKey = new Map<string, Fresh>()
  const kept = new LRUCache<string, Entry>({
    // lru-cache does not accept zero: a cache of one byte holds nothing.
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: ({ log }) => log.size(),
    ttlAutopurge: false,
    noDisposeOnSet: true,
    dispose: ({ log: { id, key } }) => { if (key !== null && freshByKey.get(key)?.id === id) freshByKey.delete(key) },
  })

  return {
    add (log, freshMs, keptMs) {
      const { id, key } = log
      const isFresh = key !== null && freshMs > 0 && isWhole(log.at(log.length - 1))
      const ttl = isFresh ? Math.max(freshMs, keptMs) : keptMs
      if (ttl <= 0) return
      const ended = createEndedLog(log, format, () => {
        if (kept.peek(id)?.log === ended) kept.set(id, { log: ended }, { ttl: kept.getRemainingTTL(id) })
      })
      const now = performance.now()
      if (isFresh) freshByKey.set(key, { id, log: ended, until: now + freshMs, usedAt: now })
      kept.set(id, { log: ended }, { ttl })
      // One that is larger than the whole cache is not kept.
      if (isFresh && !kept.has(id)) freshByKey.delete(key)
    },
    byKey (key) {
      const found = freshByKey.get(key)
      const now = performance.now()
      // An answer that continues only for the grace period is not given to others.
      if (!found || found.until <= now) return undefined
      // Counts as a use. Once a second is enough: an answer that is given a thousand times in it is not the one to go.
      if (now - found.usedAt > usedMs) {
        found.usedAt = now
        kept.get(found.id)
      }
      return found.log
    },
    byId: answerId => kept.get(answerId)?.log,
    forget (matches) {
      kept.purgeStale()
      const own = [...kept.values()].map(({ log }) => log).filter(matches).map(({ id }) => id)
      for (const id of own) kept.delete(id)
      return own
    },
    clear () { kept.clear() },
    count: () => kept.size,
    bytes: () => kept.calculatedSize,
  }
}
