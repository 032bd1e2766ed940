// Remembers which question each answer was given to, so that an answer is resumed only by a client that asked for it.
import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** The most answers held in memory, and the questions of each: they differ in typing. */
const maxAnswers = 10_000
const maxQuestions = 20
/** The last questions whose hash is at hand, and the longest of them in characters. */
const maxLast = 500
const longestLast = 300

export interface AskedQuestions {
  note (answerId: string, company: string, message: string): void
  /** Tells if the answer was given to this question here; null if this process does not know the answer. */
  matches (answerId: string, company: string, message: string): boolean | null
}

/** Keeps the questions of an answer as hashes, never their text. */
export function createAskedQuestions (): AskedQuestions {
  const known = new LRUCache<string, Set<string>>({ max: maxAnswers })
  const hashOf = createHashOf()
  return {
    note (answerId, company, message) {
      const questions = known.get(answerId)
      if (!questions) known.set(answerId, new Set([hashOf(company, message)]))
      else if (questions.size < maxQuestions) questions.add(hashOf(company, message))
    },
    matches: (answerId, company, message) => known.get(answerId)?.has(hashOf(company, message)) ?? null,
  }
}

/** Makes the function that hashes a question, with the hashes of the last ones at hand: the same ones are asked again and again. */
function createHashOf (): (company: string, message: string) => string {
  const last = new LRUCache<string, string>({ max: maxLast })
  return (company, message) => {
    const text = `${company}\n${message.trim()}`
    const known = last.get(text)
    if (known !== undefined) return known
    const hashed = hash('sha256', text, 'base64')
    if (text.length <= longestLast) last.set(text, hashed)
    return hashed
  }
}
