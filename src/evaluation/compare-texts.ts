// Compares an answer with the accepted ones: by containment, word for word, and by shared words as in SQuAD.
import { fold, tokens } from '../language/words.ts'

/** Normalizes a text for comparison: one kind of space, one case. */
export function comparable (text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ')
}

/** Removes citation marks. */
export function withoutMarks (text: string): string {
  return text.replace(/\s*\[\d{1,3}\]/g, '')
}

/** Returns the words of a text as they are compared: without accents, case, signs and citation marks. */
export function wordsOf (text: string): string[] {
  return tokens(withoutMarks(text)).map(fold)
}

export interface Overlap { exact: number, precision: number, recall: number, f1: number }

/** Compares an answer's words with those of the accepted answer that it shares most with. */
export function overlapWith (answer: string, accepted: readonly string[]): Overlap {
  const own = wordsOf(answer)
  return accepted.map(text => overlap(own, wordsOf(text))).reduce((best, one) => one.f1 > best.f1 ? one : best)
}

function overlap (own: string[], right: string[]): Overlap {
  const left = new Map<string, number>()
  for (const word of right) left.set(word, (left.get(word) ?? 0) + 1)
  let shared = 0
  for (const word of own) {
    const n = left.get(word) ?? 0
    if (n > 0) shared++
    left.set(word, n - 1)
  }
  const exact = own.length === right.length && own.every((word, i) => word === right[i]) ? 1 : 0
  if (shared === 0) return { exact, precision: 0, recall: 0, f1: 0 }
  const precision = shared / own.length
  const recall = shared / right.length
  return { exact, precision, recall, f1: 2 * precision * recall / (precision + recall) }
}

/** From this many words on, an accepted answer is a sentence: said in other words, it is held as well. */
const sentenceFrom = 6
const leastHeld = 0.8

/**
 * Tells if a text holds one of the accepted answers: as it stands, or, of a whole sentence, four fifths of its words and each
 * of its numbers.
 */
export function holdsAnswer (text: string, accepted: readonly string[]): boolean {
  const held = comparable(text)
  if (accepted.some(answer => held.includes(comparable(withoutMarks(answer)).trim()))) return true
  const own = new Set(wordsOf(text))
  return accepted.some(answer => {
    const words = wordsOf(answer)
    if (words.length < sentenceFrom) return false
    const said = numbersIn(text)
    const isHeld = words.filter(word => own.has(word)).length >= leastHeld * words.length
    return isHeld && [...numbersIn(answer)].every(number => said.has(number))
  })
}

/** Returns the numbers in a text, thousands and decimals in one spelling. */
export function numbersIn (text: string): Set<string> {
  const written = withoutMarks(text).match(/\d(?:[\d.,\u00a0\u202f]*\d)?/g) ?? []
  return new Set(written.map(number => number.replace(/[^\d]/g, '').replace(/^0+(?=\d)/, '')))
}
