// Tells what the codes in a question say about the passages found: none holds one that is nowhere, one with the code is meant.
import { areNearCodes, isCode, isShortCode } from '../language/codes.ts'
import type { FoundPassage, QueryTerm } from '../types.ts'

/** A longer number is no amount: it is the number of an article, as a bar code. */
const articleNumber = /^\p{N}{8,}$/u

/** Tells whether a question names a code that no document holds: an article's, or one of the same form as others that there are. */
export function namesUnknownCode (terms: readonly QueryTerm[], passages: readonly Pick<FoundPassage, 'stems'>[]): boolean {
  return terms.some(({ known, stem }) => {
    if (known) return false
    if (isCode(stem) || articleNumber.test(stem)) return true
    return /^\p{L}+\p{N}/u.test(stem) && passages.some(({ stems }) => stems.split(' ').some(held => areNearCodes(stem, held)))
  })
}

/** Returns the positions of the codes among the words of a question. */
export function codePositions (terms: readonly QueryTerm[]): number[] {
  return terms.flatMap(({ stem }, i) => isCode(stem) || isShortCode(stem) ? [i] : [])
}
