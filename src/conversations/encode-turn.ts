// Encodes a turn for storage: bounded, as JSON.
import type { StoredTurn, NewTurn } from './store.ts'

/** The longest texts that are stored, in characters (UTF-16 units), and the most titles. */
const longest = { question: 8000, answer: 20_000, title: 200, cited: 20 }
export const longestDigest = 4000

export function writeTurn ({ question, standalone, answer, cited, answerId, at, finishReason, requestKey, audience }: NewTurn): string {
  return JSON.stringify({
    question: cut(question, longest.question),
    ...(standalone === undefined ? {} : { standalone: cut(standalone, longest.question) }),
    answer: cut(answer, longest.answer),
    cited: cited.slice(0, longest.cited).map(title => cut(title, longest.title)),
    answerId,
    at,
    finishReason,
    ...(requestKey === undefined ? {} : { requestKey }),
    ...(audience === undefined ? {} : { audience }),
  } satisfies NewTurn)
}

export function readTurn (n: number, written: string): StoredTurn {
  return { n, ...JSON.parse(written) as NewTurn }
}

/** Returns the first characters of a text, well-formed. */
export function cut (text: string, chars: number): string {
  return (text.length > chars ? text.slice(0, chars).replace(/[\uD800-\uDBFF]$/, '') : text).toWellFormed()
}
