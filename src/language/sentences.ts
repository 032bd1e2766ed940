// Splits a passage into answer units: the title, facts and sentences that can each answer a question.
import type { Passage } from '../types.ts'
import { isAbbreviated } from './abbreviations.ts'
import { factLine } from './passage-lines.ts'
import { tablesOf } from './table-lines.ts'

export type AnswerUnit =
  | { kind: 'title' | 'sentence', text: string }
  /** `text` is `label: value`. */
  | { kind: 'fact', text: string, label: string }
  /** `text` names the columns of its cells. */
  | { kind: 'row', text: string, cells: [column: string, value: string][] }

/** Marks that close and open a quotation or an aside; French ones have a space inside. */
const closing = String.raw`(?:["»«”“’›)]|\s»)?`
const opening = String.raw`(?:["«“„‹‘(¿¡]\s?|»)?`
/** Signs that end a sentence after a letter, a figure or a mark: a space and a capital or a figure follow. */
const fullStop = String.raw`(?<=[\p{L}\p{N}»"')\]%€°][.!?…]${closing})[^\S\n]+(?=${opening}[\p{Lu}\p{N}£$€])`
const otherSigns = String.raw`(?<=(?:[!?…]|\.\.)${closing})[^\S\n]+(?=${opening}\p{Lu})`
/** "… is open.Dogs are …": a small word, an amount or an aside before the sign, so that "Node.js" and "e.V." stay whole. */
const withoutSpace =
  String.raw`(?<=(?:^|[\s"«“„(])(?:(?:\p{Ll}{4,30}|etc|\p{N}{1,6}\s?[%€)]|\p{L}{3,30}\))[.!?]|\p{L}{3,30}[!?]))(?=\p{Lu}\p{Ll}*[\s,’'-])`
const eastAsian = '(?<=[。！？][”』」）]?)(?=[^。！？”』」）\\s])'
/** Matches what may end a sentence. */
const sentenceEnd = new RegExp([fullStop, otherSigns, withoutSpace, eastAsian, '\\n\\s*'].join('|'), 'gu')
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
    const isCertain = gap.includes('\n') || !/(?:^|[^.])\.$/.test(before)
    if (!isCertain && isAbbreviated(before, text.slice(end, end + readAfter), start >= index - readBefore)) continue
    found.push(text.slice(start, index))
    start = end
  }
  found.push(text.slice(start))
  return found.map(sentence => sentence.trim()).filter(Boolean)
}

/** Returns the title, each fact that says more, and each sentence or row of a table of a passage, in order. */
export function answerUnits (passage: Passage): AnswerUnit[] {
  return [
    ...(passage.title ? [{ text: passage.title, kind: 'title' as const }] : []),
    ...passage.fields.filter(([, value]) => value !== passage.title)
      .map(fact => ({ text: factLine(fact), kind: 'fact' as const, label: fact[0] })),
    ...textUnits(passage.text),
  ]
}

/** A row of a table says little without the names of its columns, and they say nothing without a row. */
function textUnits (text: string): AnswerUnit[] {
  const prose = (part: string) => sentences(part).map(text => ({ text, kind: 'sentence' as const }))
  const units: AnswerUnit[] = []
  let from = 0
  for (const { rows, start, end } of tablesOf(text)) {
    units.push(...prose(text.slice(from, start)), ...rows.map(row => ({ ...row, kind: 'row' as const })))
    from = end
  }
  return [...units, ...prose(text.slice(from))]
}
