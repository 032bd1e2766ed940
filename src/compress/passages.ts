// Several texts under one budget: what answers best stays, in whichever of them it is.
import type { Language } from '../types.ts'
import { compress, type Mode } from './compress.ts'
import { keepPieces } from './documentation.ts'
import { kindOf } from './kind.ts'
import { readQuestion } from './question.ts'
import { assemble, sentencePieces, type Piece } from './spans.ts'

export interface TogetherOptions {
  mode: Mode
  question: string
  /** UTF-16 units that the results may have at most, all together; `off` does not look at it. */
  budget?: number
  /** Of the texts. */
  language: Language
  /** Of the question; the texts' when absent. */
  questionLanguage?: Language
}

/** A text with what stands above it: its title, headings and facts, which are read with it and never left out. */
export interface Headed { head: string, text: string }

/** Between two texts, for scoring: no sentence and no heading reaches from one into the next. */
const parting = '\n\n'
/** What a sentence of the first text is worth more than by its words, and what of it is left to the next: the search knows more than the words. */
const firstBonus = 2
const bonusLeft = 0.5
/** Gap marks at both ends of a text, which are counted once where texts meet. */
const marksOfText = 4

/**
 * Each text, without its head, with less in it, in the same order; '' where nothing of it stays. The best text comes
 * first. Prose is weighed together, so that a sentence competes with those of all texts; of a budget, a text of
 * another kind has its share by length. Pure, deterministic, never throws.
 */
export function compressTogether (texts: readonly Headed[], { mode, question, budget = Infinity, language, questionLanguage = language }: TogetherOptions): string[] {
  const results = texts.map(({ text }) => text)
  if (mode === 'off') return results
  const total = results.reduce((sum, { length }) => sum + length, 0)
  const prose: number[] = []
  let left = budget
  for (const [i, { text }] of texts.entries()) {
    const kind = kindOf(text)
    if (kind === 'documentation') {
      prose.push(i)
      continue
    }
    const share = Math.min(left, Math.floor(budget * text.length / total))
    results[i] = compress(text, { mode, kind, question, language, questionLanguage, ...(share < Infinity ? { budget: share } : {}) }).text
    left -= results[i]!.length
  }
  const shorter = compressProse(prose.map(i => texts[i]!), { mode, question, budget: left, language, questionLanguage })
  for (const [n, i] of prose.entries()) results[i] = shorter[n]!
  return results
}

/** Where a text's pieces begin and end, those of its head and its own. */
interface Place { head: number, own: number, end: number }

function compressProse (texts: readonly Headed[], { mode, question, budget, language, questionLanguage = language }: TogetherOptions & { budget: number, mode: Exclude<Mode, 'off'> }): string[] {
  const whole = texts.map(({ head, text }) => head === '' ? text : `${head}\n${text}`)
  const joined = whole.join(parting)
  const pieces: Piece[] = []
  const places: Place[] = []
  let offset = 0
  for (const [n, text] of whole.entries()) {
    const found = sentencePieces(text)
    const ofHead = found.filter(({ start }) => start < texts[n]!.head.length).length
    places.push({ head: pieces.length, own: pieces.length + ofHead, end: pieces.length + found.length })
    for (const piece of found) pieces.push({ ...piece, start: piece.start + offset, end: piece.end + offset })
    offset += text.length + parting.length
  }
  const isFixed = pieces.map(() => false)
  const bonus = pieces.map(() => 0)
  for (const [n, { head, own, end }] of places.entries()) {
    isFixed.fill(true, head, own)
    bonus.fill(firstBonus * bonusLeft ** n, own, end)
  }
  const kept = keepPieces(joined, pieces, { mode, asked: readQuestion(question, language, questionLanguage), budget: budget - marksOfText * texts.length, language }, { isFixed, bonus })
  return texts.map(({ text }, n) => {
    const { own, end } = places[n]!
    const shorter = assemble(joined, pieces.slice(own, end), kept.slice(own, end))
    return shorter.length < text.length ? shorter : text
  })
}
