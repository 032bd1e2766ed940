// Makes a text shorter by leaving out what a question does not need, or what stored material can do without.
import type { Language } from '../types.ts'
import { compressCode } from './code.ts'
import type { Compressor } from './compressor.ts'
import { compressConversation } from './conversation.ts'
import { compressDocumentation } from './documentation.ts'
import { kindOf, type Kind } from './kind.ts'
import { compressLogs } from './logs.ts'
import { readQuestion } from './question.ts'
import { cutAtSpace } from './spans.ts'
import { compressTable } from './table.ts'

/**
 * - `adaptive`: as far as the kind and the question allow; what may answer stays.
 * - `conservative`: only repeats and boilerplate go.
 * - `aggressive`: to a fixed ratio of the kind, even when it hurts.
 * - `off`: nothing.
 */
export type Mode = 'adaptive' | 'aggressive' | 'conservative' | 'off'

export interface CompressOptions {
  mode: Mode
  /** Detected when absent. */
  kind?: Kind
  /** What the text is to answer; absent for stored material. */
  question?: string
  /** UTF-16 units that the result may have at most; `off` does not look at it. */
  budget?: number
  /** Of the text. */
  language: Language
  /** Of the question; the text's when absent. */
  questionLanguage?: Language
}

export interface Compressed {
  text: string
  kind: Kind
  /** Length of what came in to what goes out, 1 or more; 1 for an empty result. */
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
 * The text with less in it. What stays is in its own words and figures and in its own order; `…` marks what was left
 * out, `… [×37]` how many lines of it, `line [×12]` how often a line, or one of its form, stood there. Lines of one
 * form in a log have `<*>` where they differ, `<GET|PUT>` where in few ways, and `first … last` for their times. A
 * text that gets no shorter comes back as it is, unless it is over the budget. Pure, deterministic, never throws.
 */
export function compress (text: string, { mode, kind = kindOf(text), question, budget = Infinity, language, questionLanguage = language }: CompressOptions): Compressed {
  if (mode === 'off') return { text, kind, ratio: 1 }
  const asked = question === undefined || question.trim() === '' ? null : readQuestion(question, language, questionLanguage)
  let shorter = compressors[kind](text, { mode, asked, budget, language })
  if (shorter.length >= text.length && text.length <= budget) shorter = text
  if (shorter.length > budget || shorter === '') shorter = text.length <= budget ? text : cutAtSpace(shorter || text, budget)
  return { text: shorter, kind, ratio: shorter === '' ? 1 : text.length / shorter.length }
}
