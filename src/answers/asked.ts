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

/** The last answer to a question, and when that was noted. */
interface Last { company: string, hashed: string, answerId: string, at: number }

/** A question that is asked again and again keeps its answer among the last ones: it is noted so often. */
const notedMs = 1000

/** Keeps the questions of an answer as hashes, never their text; of the last ones, the hash is at hand. */
export function createAskedQuestions (): AskedQuestions {
  const known = new LRUCache<string, Set<string>>({ max: maxAnswers })
  const last = new LRUCache<string, Last>({ max: maxLast })

  function lastOf (company: string, message: string): Last {
    const found = last.get(message)
    if (found?.company === company) return found
    const hashed = hash('sha256', `${company}\n${message.trim()}`, 'base64')
    const made = { company, hashed, answerId: '', at: 0 }
    if (message.length <= longestLast) last.set(message, made)
    return made
  }

  return {
    note (answerId, company, message) {
      const question = lastOf(company, message)
      const now = performance.now()
      if (question.answerId === answerId && now - question.at < notedMs) return
      question.answerId = answerId
      question.at = now
      const questions = known.get(answerId)
      if (!questions) known.set(answerId, new Set([question.hashed]))
      else if (questions.size < maxQuestions) questions.add(question.hashed)
    },
    matches: (answerId, company, message) => known.get(answerId)?.has(lastOf(company, message).hashed) ?? null,
  }
}
