// Remembers which question each answer was given to, so that an answer is resumed only by a client that asked for it.
import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** The most answers held in memory, and the questions of each: they differ in typing. */
const maxAnswers = 10_000
const maxQuestions = 20

export interface AskedQuestions {
  note (answerId: string, company: string, message: string): void
  /** Tells if the answer was given to this question here; null if this process does not know the answer. */
  matches (answerId: string, company: string, message: string): boolean | null
}

/** Keeps hashes only, never a question's text. */
export function createAskedQuestions (): AskedQuestions {
  const known = new LRUCache<string, Set<string>>({ max: maxAnswers })
  const hashOf = (company: string, message: string) => hash('sha256', `${company}\n${message.trim()}`, 'base64')
  return {
    note (answerId, company, message) {
      const questions = known.get(answerId)
      if (!questions) known.set(answerId, new Set([hashOf(company, message)]))
      else if (questions.size < maxQuestions) questions.add(hashOf(company, message))
    },
    matches: (answerId, company, message) => known.get(answerId)?.has(hashOf(company, message)) ?? null,
  }
}
