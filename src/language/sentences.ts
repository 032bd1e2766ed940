// Cuts a passage into the smallest pieces that can answer by themselves.
import type { Passage } from '../types.ts'
import { factLine } from './passage-lines.ts'

export type Piece =
  | { kind: 'title' | 'sentence', text: string }
  /** `text` is `label: value`. */
  | { kind: 'fact', text: string, label: string }

/** Shorter ends of a "sentence" are more likely an abbreviation (`M.`, `env.`, `approx.`) than its end. */
const sentenceEnd = /(?<=(?:\p{Ll}{2}|[\p{Lu}\p{N}»"')\]%€°])[.!?…]["»”)]?)\s+(?=["«“(¿¡]?\s?[\p{Lu}\p{N}])|(?<=[!?…]["»”)]?)\s+(?=["«“(¿¡]?\s?\p{Lu})|\s*\n+\s*/u

/** Sentences and lines of a text, in order. */
export function sentences (text: string): string[] {
  return text.split(sentenceEnd).map(sentence => sentence.trim()).filter(Boolean)
}

/** The title, each fact and each sentence of a passage, in order. */
export function pieces (passage: Passage): Piece[] {
  return [
    ...(passage.title ? [{ text: passage.title, kind: 'title' as const }] : []),
    ...passage.fields.map(fact => ({ text: factLine(fact), kind: 'fact' as const, label: fact[0] })),
    ...sentences(passage.text).map(text => ({ text, kind: 'sentence' as const })),
  ]
}
