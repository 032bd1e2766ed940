// Splits a passage into answer units: the title, facts and sentences that can each answer a question.
import type { Passage } from '../types.ts'
import { factLine } from './passage-lines.ts'

export type AnswerUnit =
  | { kind: 'title' | 'sentence', text: string }
  /** `text` is `label: value`. */
  | { kind: 'fact', text: string, label: string }

/** Requires two letters before a full stop: after one, it is more likely an abbreviation (`M.`) than the end of a sentence. */
const sentenceEnd =
  new RegExp(
    String.raw`(?<=(?:\p{Ll}{2}|[\p{Lu}\p{N}»"')\]%€°])[.!?…]["»”)]?)\s+(?=["«“(¿¡]?\s?[\p{Lu}\p{N}])|` +
    String.raw`(?<=[!?…]["»”)]?)\s+(?=["«“(¿¡]?\s?\p{Lu})|\s*\n+\s*`,
    'u'
  )

/** Splits a text into sentences and lines, in order. */
export function sentences (text: string): string[] {
  return text.split(sentenceEnd).map(sentence => sentence.trim()).filter(Boolean)
}

/** Returns the title, each fact and each sentence of a passage, in order. */
export function answerUnits (passage: Passage): AnswerUnit[] {
  return [
    ...(passage.title ? [{ text: passage.title, kind: 'title' as const }] : []),
    ...passage.fields.map(fact => ({ text: factLine(fact), kind: 'fact' as const, label: fact[0] })),
    ...sentences(passage.text).map(text => ({ text, kind: 'sentence' as const })),
  ]
}
