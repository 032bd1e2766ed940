// Estimates how many documents hold a word, where more were found than read.
import { searchedStems } from '../../../search/question-terms.ts'
import type { QueryTerm } from '../../../types.ts'

/**
 * Returns a function that tells how many times more documents than were read hold a word of the question, at least 1.
 * @param found how many documents the search for a word found, by the word as it was typed
 * @param holders returns how many of the documents that were read hold a stem
 */
export function createSpread (
  terms: readonly QueryTerm[], found: ReadonlyMap<string, number>, holders: (stem: string) => number,
): (surface: string) => number {
  // A misspelt word is held by the documents that hold what it was meant as.
  const held = new Map(terms.map(term =>
    [term.word, searchedStems(term).reduce((sum, stems) => sum + Math.min(...stems.map(holders)), 0)]))
  return surface => Math.max(1, (found.get(surface) ?? 0) / Math.max(1, held.get(surface) ?? 0))
}
