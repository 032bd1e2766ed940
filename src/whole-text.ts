// Checks that a text can be stored as it is: it has no NUL, and no half of a character.
import { coded } from './errors.ts'

export function isWholeText (text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** Throws INVALID_TEXT. */
export function checkTexts (texts: readonly string[]): void {
  if (!texts.every(isWholeText)) throw coded('INVALID_TEXT')
}
