// Finds answers by the meaning of their questions: the same question in other words.
import { LRUCache } from 'lru-cache'
import type { AnswerEvent, Subject } from '../types.ts'
import { dot } from '../similarity.ts'

export interface SimilarAnswers {
  /**
   * Returns the events of the answer to the most similar question of this scope that may share its answer, or null.
   * @param scope everything except the words that makes two answers different
   * @param vector unit vector of the question
   * @param threshold the lowest cosine that counts as similar; the same for all questions of a scope
   */
  find(
    scope: string,
    vector: Float32Array,
    question: string,
    maySame: (known: string, asked: string) => boolean,
    threshold: number
  ): readonly AnswerEvent[] | null
  /** @param owner who asked */
  add(scope: string, vector: Float32Array, question: string, events: readonly AnswerEvent[], owner: Required<Subject>): void
  /** Forgets the answers of a company, or those to questions of one user. Returns how many. */
  erase (subject: Subject): number
  stats(): { questions: number; bytes: number; max_bytes: number; hits: number; misses: number }
}

interface Known { scope: string, vector: Float32Array, question: string, events: readonly AnswerEvent[], owner: Required<Subject> }

/** The most questions compared per scope, the newest ones: a thousand take half a millisecond. */
const maxCompared = 1000

export function createSimilarAnswers ({ maxBytes, ttlMs }: { maxBytes: number, ttlMs: number }): SimilarAnswers {
  const scopes = new Map<string, Set<string>>()
  const counts = { hits: 0, misses: 0 }
  let next = 0
  const known = new LRUCache<string, Known>({
    maxSize: Math.max(1, maxBytes),
    ttl: Math.max(1, ttlMs),
    sizeCalculation: ({ vector, question, events }) => 1024 + vector.byteLength + 2 * question.length + 2 * JSON.stringify(events).length,
    dispose ({ scope }, key) {
      const keys = scopes.get(scope)
      keys?.delete(key)
      if (keys?.size === 0) scopes.delete(scope)
    },
  })
  return {
    find (scope, vector, question, maySame, threshold) {
      const near: { key: string; cosine: number }[] = []
      for (const key of scopes.get(scope) ?? []) {
        const entry = known.peek(key)
        const cosine = entry ? dot(entry.vector, vector) : 0
        if (cosine >= threshold) near.push({ key, cosine })
      }
      for (const { key } of near.sort((a, b) => b.cosine - a.cosine)) {
        const entry = known.get(key)
        if (!entry || !maySame(entry.question, question)) continue
        counts.hits++
        return entry.events
      }
      counts.misses++
      return null
    },
    add (scope, vector, question, events, owner) {
      const key = String(next++)
      const keys = scopes.get(scope) ?? new Set()
      scopes.set(scope, keys.add(key))
      known.set(key, { scope, vector, question, events, owner })
      // An entry larger than the whole cache is not stored.
      if (!known.has(key)) keys.delete(key)
      else if (keys.size > maxCompared) known.delete(keys.values().next().value!)
      if (keys.size === 0) scopes.delete(scope)
    },
    erase ({ company, user }) {
      const own = [...known].filter(([, { owner }]) => owner.company === company && (user === undefined || owner.user === user))
      for (const [key] of own) known.delete(key)
      return own.length
    },
    stats: () => ({ questions: known.size, bytes: known.calculatedSize, max_bytes: maxBytes, ...counts }),
  }
}
