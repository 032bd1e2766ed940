// Finds what answers a question that has no word of its own ("Where are you?") by the fact that it asks for: before the first
// vectors are there, nothing else does.
import type { Query } from '../language/analyze.ts'
import { answerType } from '../language/answer-types.ts'
import { quantities } from '../language/quantities.ts'
import { compareWithPassage } from '../language/quantity-fit.ts'
import { holdsFactOf } from './across-languages.ts'

/** So many passages are read one by one where neither words nor vectors find any. */
export const fewPassages = 60

/**
 * Returns a function that tells whether a passage holds the type of fact that is asked for, or what the question's numbers are
 * compared with; null when nothing of the kind is asked for.
 */
export function askedFact ({ text, asked, language }: Query): ((passage: Parameters<typeof compareWithPassage>[1]) => boolean) | null {
  const type = answerType(text, asked)
  const numbers = quantities(text, language)
  if (type === null && numbers.length === 0) return null
  return passage => {
    const { fits, compares } = compareWithPassage(numbers, passage, language)
    return (type !== null && holdsFactOf(passage, type)) || fits > 0 || compares > 0
  }
}
