// Splits a passage into answer units: the title, facts and sentences that can each answer a question.
import type { Passage } from '../types.ts'
import { isAbbreviated } from './abbreviations.ts'
import { factLine } from './passage-lines.ts'

export type AnswerUnit =
  | { kind: 'title' | 'sentence', text: string }
  /** `text` is `label: value`. */
  | { kind: 'fact', text: string, label: string }

/**
 * Matches what may end a sentence: its signs and a space before a capital or a figure, East Asian signs, which have no space
 * after them, and line ends. After one small letter a full stop is no end.
 */
const sentenceEnd =
  new RegExp(
    String.raw`(?<=(?:\p{L}\p{Ll}|[\p{Lu}\p{Lo}\p{N}»"')\]%€°])[.!?…]["»”)]?)[^\S\n]+(?=["«“(¿¡]?\s?[\p{Lu}\p{N}])|` +
    String.raw`(?<=[!?…]["»”)]?)[^\S\n]+(?=["«“(¿¡]?\s?\p{Lu})|(?<=[。！？][”』」）]?)(?=[^。！？”』」）\s])|\n\s*`,
    'gu'
  )
/** How much before and after a full stop is read: the longest abbreviation with the word before it. */
const readBefore = 40
const readAfter = 20

/** Splits a text into sentences and lines, in order. */
export function sentences (text: string): string[] {
  const found: string[] = []
  let start = 0
  for (const { 0: gap, index } of text.matchAll(sentenceEnd)) {
    const end = index + gap.length
    const before = text.slice(Math.max(start, index - readBefore), index)
    const isCertain = gap.includes('\n') || !before.endsWith('.')
    if (!isCertain && isAbbreviated(before, text.slice(end, end + readAfter), start >= index - readBefore)) continue
    found.push(text.slice(start, index))
    start = end
  }
  found.push(text.slice(start))
  return found.map(sentence => sentence.trim()).filter(Boolean)
}

/** Returns the title, each fact and each sentence of a passage, in order. */
export function answerUnits (passage: Passage): AnswerUnit[] {
  return [
    ...(passage.title ? [{ text: passage.title, kind: 'title' as const }] : []),
    ...passage.fields.map(fact => ({ text: factLine(fact), kind: 'fact' as const, label: fact[0] })),
    ...sentences(passage.text).map(text => ({ text, kind: 'sentence' as const })),
  ]
}
