// Finds what may be a code typed with blanks, or without its signs, in small letters: "hr 8/d", "kb 1000". The documents decide.
import { codeParts, formOf } from './codes.ts'

export interface SpacedCode {
  /** Its words as they are typed, in small letters. */
  parts: string[]
  /** In the one form of codes. */
  code: string
}

const maxGroups = 4
/** Letters, then figures, with at least one blank among the signs that divide them. */
const letters = String.raw`(?<![\p{L}\p{N}])\p{L}{1,5}[ \u00a0-]{0,2}\p{N}{1,6}`
const more = String.raw`(?:[ \u00a0/.-](?:\p{N}{1,6}|\p{L}{1,2})(?![\p{L}\p{N}])){0,2}(?![\p{L}\p{N}])`
const candidate = new RegExp(letters + more, 'gu')

/** Returns what may be a code in a question, the longest first. */
export function spacedCodes (text: string): SpacedCode[] {
  if (!/\p{N}/u.test(text)) return []
  const found = [...text.matchAll(candidate)].flatMap(({ 0: whole }) => {
    const groups = whole.toLowerCase().split(/[^\p{L}\p{N}]+/u).flatMap(group => codeParts(group))
    return Array.from({ length: Math.min(maxGroups, groups.length) - 1 }, (_, i): SpacedCode => {
      const parts = groups.slice(0, groups.length - i)
      return { parts, code: formOf(parts.join(' ')) }
    }).filter(({ parts }) => parts.length > 1)
  })
  return found.sort((a, b) => b.parts.length - a.parts.length)
}

/** Tells whether two codes have the same letters and other figures, as many numbers of them: "hr8d" and "hr10d". */
export function differInFigures (a: string, b: string): boolean {
  return a !== b && a.replace(/\p{N}+/gu, '0') === b.replace(/\p{N}+/gu, '0')
}
