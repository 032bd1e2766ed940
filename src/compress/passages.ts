// Compresses several passages to one budget: the best answers stay, whichever passage they are in.
import type { Language } from '../types.ts'
import { compress, type Mode } from './compress.ts'
import { keepSentences } from './documentation.ts'
import { kindOf } from './kind.ts'
import { parseQuestion } from './question.ts'
import { assemble, splitSentences, type SentenceSpan } from './spans.ts'

export interface CompressPassagesOptions {
  mode: Mode
  question: string
  /** Maximum total length of the results, in UTF-16 units. Ignored by `off`. */
  budget?: number
  /** Language of the texts. */
  language: Language
  /** Language of the question; defaults to that of the texts. */
  questionLanguage?: Language
}

/** A text with its head: title, headings and facts, which are read with it and never dropped. */
export interface HeadedText { head: string, text: string }

/** Separates two texts for scoring: no sentence or heading extends into the next text. */
const separator = '\n\n'
/** Bonus for sentences of the first text, and the share of it for each next text: the search ranking says more than words alone. */
const firstBonus = 2
const bonusDecay = 0.5
/** Length of the gap marks at both ends of a text, which are counted only once where texts meet. */
const gapMarkChars = 4

/**
 * Returns each text, shortened and without its head, in the same order; '' where nothing stays. Expects the best text
 * first. All prose is scored at once, so that a sentence competes with those of all texts. A text of another kind gets
 * its share of the budget by length. Pure, deterministic, never throws.
 */
export function compressPassages (
  texts: readonly HeadedText[],
  { mode, question, budget = Infinity, language, questionLanguage = language }: CompressPassagesOptions
): string[] {
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
    const share = Math.min(left, Math.floor((budget * text.length) / total))
    results[i] = compress(text, { mode, kind, question, language, questionLanguage, ...(share < Infinity ? { budget: share } : {}) }).text
    left -= results[i]!.length
  }
  const shorter = compressProse(
    prose.map(i => texts[i]!),
    { mode, question, budget: left, language, questionLanguage }
  )
  for (const [n, i] of prose.entries()) results[i] = shorter[n]!
  return results
}

/** Positions where the sentences of a head and of its text begin, and where they end. */
interface SentenceRange { head: number, own: number, end: number }

function compressProse (
  texts: readonly HeadedText[],
  {
    mode,
    question,
    budget,
    language,
    questionLanguage = language,
  }: CompressPassagesOptions & { budget: number; mode: Exclude<Mode, 'off'> }
): string[] {
  const whole = texts.map(({ head, text }) => (head === '' ? text : `${head}\n${text}`))
  const joined = whole.join(separator)
  const sentences: SentenceSpan[] = []
  const ranges: SentenceRange[] = []
  let offset = 0
  for (const [n, text] of whole.entries()) {
    const found = splitSentences(text)
    const ofHead = found.filter(({ start }) => start < texts[n]!.head.length).length
    ranges.push({ head: sentences.length, own: sentences.length + ofHead, end: sentences.length + found.length })
    for (const sentence of found) sentences.push({ ...sentence, start: sentence.start + offset, end: sentence.end + offset })
    offset += text.length + separator.length
  }
  const isFixed = sentences.map(() => false)
  const bonus = sentences.map(() => 0)
  for (const [n, { head, own, end }] of ranges.entries()) {
    isFixed.fill(true, head, own)
    bonus.fill(firstBonus * bonusDecay ** n, own, end)
  }
  const kept = keepSentences(
    joined,
    sentences,
    { mode, asked: parseQuestion(question, language, questionLanguage), budget: budget - gapMarkChars * texts.length, language },
    { isFixed, bonus }
  )
  return texts.map(({ text }, n) => {
    const { own, end } = ranges[n]!
    const shorter = assemble(joined, sentences.slice(own, end), kept.slice(own, end))
    return shorter.length < text.length ? shorter : text
  })
}
