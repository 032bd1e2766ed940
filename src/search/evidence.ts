// Whether what was found can hold the answer at all.
import type { Language } from '../types.ts'
import type { SearchResult } from './engine.ts'

/** Share of the question's weight (IDF) that the best passage must hold. */
const coverageFloor = 0.34
/** A similarity that speaks for itself, whatever the words. */
const similarityFloor: Record<Language, number> = { en: 0.6, fr: 0.7, es: 0.7, de: 0.7, und: 0.7 }

/** Share of the question's weight (the sum of its words' IDF) that a passage holds, 0 to 1. */
export function coverage (matched: readonly number[], terms: SearchResult['terms']): number {
  const total = terms.reduce((sum, term) => sum + term.idf, 0)
  return total === 0 ? 0 : matched.reduce((sum, i) => sum + terms[i]!.idf, 0) / total
}

/** The floor between "found" and "not found", measured on the golden sets. */
export function isFound ({ passages, terms }: SearchResult, language: Language): boolean {
  return passages.some(passage => coverage(passage.matched, terms) >= coverageFloor || (passage.similarity ?? 0) >= similarityFloor[language])
}
