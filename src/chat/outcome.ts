// Collects what becomes of an answer while it is made, for its last event.
import { disarmMarkup } from '../language/safe-text.ts'
import type { AnsweredBy, FinishEvent, FinishReason, Usage } from '../types.ts'
import type { TimingRecorder } from './timings.ts'

/** The state of an answer so far. It becomes the `finish` event. */
export interface Outcome {
  reason: FinishReason
  answeredBy: AnsweredBy
  citations (): number[]
  usage: Usage
  /** Why the answer is less than it could be; the first reason wins. */
  degraded?: string
  /** The follow-up question as the service understood it. */
  standalone?: string
}

/** Adds the tokens of one request to the language model. */
export function countTokens ({ usage }: Outcome, more: Usage = { input_tokens: 0, output_tokens: 0 }): void {
  usage.input_tokens += more.input_tokens
  usage.output_tokens += more.output_tokens
}

/** Returns the last event of an answer that ended well, or was stopped. */
export function finishEvent (outcome: Outcome, timings: TimingRecorder): FinishEvent {
  const { reason, answeredBy, citations, degraded, standalone, usage } = outcome
  return {
    type: 'finish',
    finish_reason: reason,
    answered_by: answeredBy,
    citations: reason === 'no_answer' ? [] : citations(),
    degraded: degraded !== undefined,
    ...(degraded === undefined ? {} : { degraded_reason: degraded }),
    ...(standalone === undefined ? {} : { standalone_question: disarmMarkup(standalone) }),
    usage,
    timings_ms: timings.read(),
  }
}
