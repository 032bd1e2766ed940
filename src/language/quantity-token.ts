// Defines the pieces of a text that quantities are read from, and compares them with words.
import { fold } from './letters.ts'

export interface Token {
  kind: 'number' | 'clock' | 'date' | 'word' | 'sign' | 'break'
  /** In lower case. */
  text: string
  /** Minutes since midnight of a time, the number of a date; else 0. */
  value: number
  isNegative: boolean
  /** Follows the token before it without a space. */
  isGlued: boolean
  start: number
  end: number
}

/** Words and signs that list numbers or things. */
export const conjunctions = new Set(['et', 'and', 'und', 'y', 'e', 'en', 'ou', 'or', 'oder', 'o', 'of', 'x', '×', '/'])

/** Returns a token's text without case and accents; '' where there is none. */
export function foldedText (token: Token | undefined): string {
  return token === undefined ? '' : fold(token.text)
}

/** Tells whether folded words stand at a position, a token each. */
export function standAt (tokens: readonly Token[], at: number, words: readonly string[]): boolean {
  return words.every((word, i) => foldedText(tokens[at + i]) === word)
}
