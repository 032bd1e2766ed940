// Shortens a text: drops the parts that a question does not need or, for stored material, the least important parts.
import type { Language } from '../types.ts'
import { compressCode } from './code.ts'
import { compressConversation } from './conversation.ts'
import { compressDocumentation } from './documentation.ts'
import { kindOf, type Kind } from './kind.ts'
import { compressLogs } from './logs.ts'
import { parseQuestion, type Compressor } from './question.ts'
import { cutAtSpace } from './spans.ts'
import { compressTable } from './table.ts'

/**
 * - `adaptive`: as far as the kind and the question allow; possible answers stay.
 * - `conservative`: drops only repeats and boilerplate.
 * - `aggressive`: to a fixed ratio for each kind, even when it loses information.
 * - `off`: returns the text as it is.
 */
export type Mode = 'adaptive' | 'aggressive' | 'conservative' | 'off'

export interface CompressOptions {
  mode: Mode
  /** Detected when absent. */
  kind?: Kind
  /** The question that the text is to answer; absent for stored material. */
  question?: string
  /** Maximum length of the result, in UTF-16 units. Ignored by `off`. */
  budget?: number
  /** Language of the text. */
  language: Language
  /** Language of the question; defaults to that of the text. */
  questionLanguage?: Language
}

export interface Compressed {
  text: string
  kind: Kind
  /** Input length over output length, at least 1; 1 for an empty result. */
  ratio: number
}

const compressors: Record<Kind, Compressor> = {
  logs: compressLogs,
  documentation: compressDocumentation,
  code: compressCode,
  conversation: compressConversation,
  table: compressTable,
}

/**
 * Shortens a text. The rest keeps its words, figures and order. `…` marks a gap, `… [×37]` a gap of 37 lines,
 * `line [×12]` a line that came 12 times, exactly or in the same form. Log lines of one form are merged: `<*>` where
 * they differ, `<GET|PUT>` for a few values, `first … last` for their times. A text that would not get shorter is
 * returned as it is, unless it is over the budget. Pure, deterministic, never throws.
 */
export function compress (
  text: string,
  { mode, kind = kindOf(text), question, budget = Infinity, language, questionLanguage = language }: CompressOptions
): Compressed {
  if (mode === 'off') return { text, kind, ratio: 1 }
  const asked = question === undefined || question.trim() === '' ? null : parseQuestion(question, language, questionLanguage)
  let shorter = compressors[kind](text, { mode, asked, budget, language })
  if (shorter.length >= text.length && text.length <= budget) shorter = text
  if (shorter.length > budget || shorter === '') shorter = text.length <= budget ? text : cutAtSpace(shorter || text, budget)
  return { text: shorter, kind, ratio: shorter === '' ? 1 : text.length / shorter.length }
}
