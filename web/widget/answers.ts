// The last answers, given again at once to the same question.
import type { FinishEvent, Source } from '../../src/types.ts'

export interface KeptAnswer { answerId: string, text: string, sources: Source[], finish: Omit<FinishEvent, 'type'> }

const maxAnswers = 50
/** As long as the service keeps them. */
const maxAgeMs = 3_600_000

export interface Answers {
  /** @param before the question before it, which it may continue; '' = none */
  get (question: string, before: string): KeptAnswer | undefined
  keep (question: string, before: string, answer: KeptAnswer): void
}

/** @param pathOf returns the path of the page: an answer may depend on it */
export function createAnswers (pathOf: () => string, now = () => performance.now()): Answers {
  const kept = new Map<string, { answer: KeptAnswer, at: number }>()
  /** A question that the service answered as it stands, within a conversation, means the same after any other one. */
  const anywhere = '*'
  const keyOf = (question: string, before: string) => `${pathOf()}\n${before}\n${normalize(question)}`
  const contextOf = (question: string, before: string) => normalize(before) === normalize(question) ? '' : normalize(before)

  return {
    get (question, before) {
      for (const key of [keyOf(question, contextOf(question, before)), keyOf(question, anywhere)]) {
        const entry = kept.get(key)
        if (!entry) continue
        kept.delete(key)
        if (now() - entry.at > maxAgeMs) continue
        kept.set(key, entry)
        return entry.answer
      }
    },
    keep (question, before, answer) {
      const { finish_reason: reason, degraded, standalone_question: completed } = answer.finish
      if (degraded || (reason !== 'stop' && reason !== 'no_answer')) return
      const context = contextOf(question, before)
      const key = keyOf(question, context !== '' && completed === undefined ? anywhere : context)
      kept.delete(key)
      kept.set(key, { answer, at: now() })
      if (kept.size > maxAnswers) kept.delete(kept.keys().next().value!)
    },
  }
}

function normalize (question: string): string {
  return question.trim().replace(/\s+/g, ' ').toLowerCase()
}
