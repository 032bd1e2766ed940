// A question in another language than the documents: its words say nothing, its vector does.
import { isCode } from '../language/codes.ts'
import type { Language, QueryTerm } from '../types.ts'
import type { SearchResult } from './engine.ts'

/** From this share of unknown words on (by IDF), the words of a question in another language say nothing about it. */
const unknownShare = 0.5
/** The weight of the similarity in the ranking: names and codes are the same in every language. */
export const weightAcrossLanguages = 0.85
/**
 * The least similarity of a passage that can hold the answer, on the common scale (similarity-scale.ts), and of one that
 * stands out from the others.
 */
const leastSimilarity = { any: 0.12, outstanding: 0.04 }
/** A passage stands out when it is nearer than the next one by this much. */
const leastLead = 0.05

/** Tells whether a question has to be judged by its vector: its language is another one, and the documents do not know its words. */
export function isAcrossLanguages (asked: Language, documents: Language, terms: readonly QueryTerm[]): boolean {
  if (asked === documents) return false
  const share = (words: readonly QueryTerm[]) => words.reduce((sum, { idf }) => sum + idf, 0)
  return share(terms.filter(({ known, corrections }) => !known || corrections.length > 0)) >= unknownShare * share(terms)
}

/**
 * Tells whether any passage is near enough to a question in another language to hold its answer. None is to a question about
 * a code that no document holds.
 */
export function isNearAcrossLanguages ({ passages, terms }: SearchResult): boolean {
  if (terms.some(({ known, stem }) => !known && isCode(stem))) return false
  const [first = -1, second = -1] = passages.flatMap(({ similarity }) => similarity ?? []).sort((a, b) => b - a)
  return first >= leastSimilarity.any || (first >= leastSimilarity.outstanding && first - second >= leastLead)
}
