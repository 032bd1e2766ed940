// Writes a question as the documents spell its words: a misspelt word changes its vector more than anything else.
import { plainLetters } from './letters.ts'
import { mistypedLikelihood } from './one-edit.ts'
import type { QueryTerm } from '../types.ts'

/** Returns the word that a misspelt one most likely stands for; null when none is likely enough. */
export function likeliest (folded: string, near: readonly { word: string, n: number }[]): string | null {
  const likely = near
    .map(({ word, n }) => ({ word, weight: n * mistypedLikelihood(folded, word) }))
    .sort((a, b) => b.weight - a.weight)[0]
  return likely && likely.weight > 0 ? likely.word : null
}

/** Returns a misspelt word as the documents spell it, with its own accents where it has them. */
export function respell (surface: string, known: string): string {
  const typed = surface.normalize('NFC')
  const folded = typed.normalize('NFD').replace(/\p{M}/gu, '')
  // A letter like "œ" is two without accents: then the accents' places are not known.
  if (folded.length !== typed.length) return known
  let start = 0
  while (start < Math.min(folded.length, known.length) && folded[start] === known[start]) start++
  let end = 0
  while (end < Math.min(folded.length, known.length) - start && folded.at(-1 - end) === known.at(-1 - end)) end++
  return typed.slice(0, start) + known.slice(start, known.length - end) + typed.slice(typed.length - end)
}

/** Returns a question with its misspelt words as the documents spell them; null when there are none. */
export function respelledText (text: string, terms: readonly QueryTerm[]): string | null {
  const respelled = new Map(terms.flatMap(({ word, respelled }) => respelled === undefined ? [] : [[word, respelled]]))
  if (respelled.size === 0) return null
  const plain = plainLetters(text)
  const written = plain.replace(/[\p{L}\p{N}]+/gu, word => respelled.get(word.toLowerCase()) ?? word)
  return written === plain ? null : written
}
