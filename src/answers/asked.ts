// Remembers which question each answer was given to, so that an answer is resumed only by a client that asked for it.
import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** The most answers and questions held in memory. */
const maxEntries = 20_000

export interface AskedQuestions {
  note (answerId: string, company: string, message: string): void
  /** Tells if the answer was given to this question here; null if this process does not know the answer. */
  matches (answerId: string, company: string, message: string): boolean | null
}

/** Keeps hashes only, never a question's text. */
export function createAskedQuestions (): AskedQuestions {
  const known = new LRUCache<string, true>({ max: maxEntries })
  const keyOf = (answerId: string, company: string, message: string) =>
    `${answerId} ${hash('sha256', JSON.stringify([company, message.trim()]), 'base64')}`
  return {
    note (answerId, company, message) {
      known.set(answerId, true)
      known.set(keyOf(answerId, company, message), true)
    },
    matches: (answerId, company, message) => known.has(keyOf(answerId, company, message)) || (known.has(answerId) ? false : null),
  }
}
