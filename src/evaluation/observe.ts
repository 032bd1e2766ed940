// Makes of the service's replies what an evaluation judges: the same for the command and for a run in the service.
import type { Observed, RankedPassage } from './case.ts'

/** What `POST /chat` answers in one piece. */
export interface ChatReply {
  answer: string
  sources: { n: number, id: string, title: string, url: string }[]
  citations: number[]
  finish_reason: string
  answered_by: string
  usage: { input_tokens: number, output_tokens: number }
}

/** A passage of `POST /search` with `explain`. */
export interface FoundPassage {
  id: string
  title: string
  url: string
  text: string
  fields: readonly (readonly [label: string, value: string])[]
  explain?: { factors: { contradicts?: number } }
}

/** The error of one question. */
export interface Failure { code: string, message: string }

/** How many passages are looked through for the right one. */
export const depth = 10
/** Errors of the question, not of the run: the others would fail as well. */
const ownErrors = /^(LLM_|MESSAGE_|INVALID_TEXT|EMBEDDING_FAILED|ANSWER_LOST|RESPONSE_TOO_LARGE)/

/** Tells whether only this question fails. */
export function isOfQuestion ({ code }: Failure): boolean {
  return ownErrors.test(code)
}

export function observe (reply: ChatReply | Failure, found: { passages: readonly FoundPassage[] } | Failure, ms: number): Observed {
  const ranked = 'passages' in found ? found.passages.map(toRanked) : []
  if (!('answer' in reply) || !('passages' in found)) {
    const { code, message } = 'answer' in reply ? found as Failure : reply
    return { answer: '', refused: false, answeredBy: '', cited: [], given: [], found: ranked, ms, tokens: 0, error: `${code}: ${message}` }
  }
  const { answer, sources, citations, finish_reason: reason, answered_by: answeredBy, usage } = reply
  return {
    answer,
    refused: reason === 'no_answer',
    answeredBy,
    cited: sources.flatMap(({ n }, i) => citations.includes(n) ? [i] : []),
    given: sources.map(({ id, title, url }) => ({ id, title, url })),
    found: ranked,
    ms,
    tokens: usage.input_tokens + usage.output_tokens,
  }
}

function toRanked ({ id, title, url, text, fields, explain }: FoundPassage): RankedPassage {
  const facts = fields.map(([label, value]) => `${label}: ${value}`)
  return { id, title, url, text: [text, ...facts].filter(Boolean).join('\n'), contradicts: (explain?.factors.contradicts ?? 0) > 0 }
}
