// Remembers the answers that this process has given, so that a rating is stored with its question and sources.
import { LRUCache } from 'lru-cache'
import type { AnswerEvents, Subject } from '../types.ts'
import type { Feedback } from './store.ts'

/** An answer as feedback is stored with it. */
export type RatedAnswer = Pick<
  Feedback, 'question' | 'answer' | 'sources' | 'finishReason' | 'answeredBy' | 'model' | 'profileVersion' | 'indexVersion'
>
/** The question of an answer, and the versions that it was made with. */
export type AskedAbout = Pick<Feedback, 'question' | 'profileVersion' | 'indexVersion'> & {
  /** Who asked it first. */
  user: string
}

export interface GivenAnswers {
  /** Records an answer that has ended, however it ended. */
  note (company: string, asked: AskedAbout, events: AnswerEvents): void
  find (company: string, answerId: string): RatedAnswer | null
  /** Forgets the answers of a company, or those to questions of one user. Returns how many. */
  erase (subject: Subject): number
}

/** Longer answers are remembered in part. */
const longestText = 8000

/** @param maxBytes the most memory; the least recently given answers are forgotten first */
export function createGivenAnswers ({ maxBytes }: { maxBytes: number }): GivenAnswers {
  // By the answer's id, which is a text of its own for each, and at hand.
  const given = new LRUCache<string, RatedAnswer & Required<Subject>>({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: ({ question, answer, sources }) => 500 + 2 * (question.length + answer.length + sources.join().length),
  })
  return {
    note (company, { question, profileVersion, indexVersion, user }, events) {
      const [start, last] = [events.at(0), events.at(-1)]
      if (start?.type !== 'start' || last?.type !== 'finish') return
      // An answer from the cache has been given before.
      if (given.get(start.answer_id)) return
      const all = [...events]
      const text = all.map(event => event.type === 'delta' ? event.text : '').join('')
      const sources = all.flatMap(event => event.type === 'sources' ? event.sources.map(({ id }) => id) : [])
      given.set(start.answer_id, {
        question, answer: text.slice(0, longestText), sources, finishReason: last.finish_reason, answeredBy: last.answered_by,
        model: start.model, profileVersion, indexVersion, company, user,
      })
    },
    find (company, answerId) {
      const found = given.get(answerId)
      if (found?.company !== company) return null
      const { company: _, user, ...answer } = found
      return answer
    },
    erase ({ company, user }) {
      const own = [...given].filter(([, value]) => value.company === company && (user === undefined || value.user === user))
      for (const [key] of own) given.delete(key)
      return own.length
    },
  }
}
