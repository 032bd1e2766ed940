// Finds the questions that someone may be typing: by the beginnings of their words, whatever the accents and the order.
import { fold, isStopWord, tokens } from '../language/words.ts'
import type { Language } from '../types.ts'

/** A question to suggest, ready to be compared. */
export interface Suggestion {
  text: string
  words: readonly string[]
  /** The words in a row, as someone types them. */
  line: string
}

/** The most words of a typed text that are compared. */
const maxTyped = 24
/** The least letters of a word that a longer typed one may be a form of: "livraison" and "livraisons". */
const minStem = 4
const maxEnding = 2

export function prepareSuggestion (text: string): Suggestion {
  const words = tokens(text).map(fold)
  return { text, words, line: words.join(' ') }
}

/**
 * Returns the questions that hold every typed word, or a word that begins with it, the best first; those that begin with the
 * typed text come before the others. Words such as "the" may be missing, unless nothing else was typed. Without a typed word,
 * the first ones are returned.
 */
export function matchSuggestions (suggestions: readonly Suggestion[], typed: string, language: Language, limit: number): string[] {
  const words = tokens(typed).slice(0, maxTyped).map(fold)
  const content = words.filter(word => !isStopWord(word, language))
  const required = new Set(content.length > 0 ? content : words)
  const line = words.join(' ')
  const found: { text: string, score: number }[] = []
  for (const suggestion of suggestions) {
    const score = scoreOf(suggestion, words, required, line)
    if (score >= 0) found.push({ text: suggestion.text, score })
  }
  // The order is stable: among equals, the more common one stays first.
  return found.sort((a, b) => b.score - a.score).slice(0, limit).map(({ text }) => text)
}

/** Returns -1 when a required word is missing. */
function scoreOf ({ words, line }: Suggestion, typed: readonly string[], required: ReadonlySet<string>, typedLine: string): number {
  let score = line.startsWith(typedLine) ? 1000 : 0
  for (const word of typed) {
    const best = fitOf(word, words)
    if (best === 0 && required.has(word)) return -1
    score += best
  }
  return score
}

function fitOf (typed: string, words: readonly string[]): number {
  let best = 0
  for (const word of words) {
    if (word === typed) return 3
    if (word.startsWith(typed)) best = 2
    else if (best === 0 && word.length >= minStem && typed.length - word.length <= maxEnding && typed.startsWith(word)) best = 1
  }
  return best
}
