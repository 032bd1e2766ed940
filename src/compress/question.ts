// Parses a question for the compressors: its words and their variants, the type of fact it asks for, its figures. Defines a compressor.
import { analyzeQuestion } from '../language/analyze.ts'
import { answerType, type AnswerType } from '../language/answer-types.ts'
import { isGeneric, sameFamily } from '../language/generic-words.ts'
import { quantities, type Quantity } from '../language/quantities.ts'
import { fold, stem, tokens } from '../language/words.ts'
import { isCorrectable, withinOneEdit } from '../language/one-edit.ts'
import type { Language } from '../types.ts'

/** The question's word that a word of the text matches, with a confidence from 0 to 1. */
export interface Match { term: number, sureness: number }

export interface ParsedQuestion {
  /** Weight of each word: lower for words that are in any question. */
  weights: number[]
  type: AnswerType | null
  quantities: readonly Quantity[]
  /** Words with figures, signs or inner capitals, in lower case: "14:32", "/dev/sdb1", "maxWords". A text that contains one matches. */
  codes: string[]
  /** @param word a token as `tokens` returns it */
  match (word: string): Match | null
}

export interface CompressorOptions {
  mode: 'adaptive' | 'aggressive' | 'conservative'
  /** The question that the text is to answer; null for stored material. */
  asked: ParsedQuestion | null
  /** Maximum number of characters; Infinity without a limit. */
  budget: number
  language: Language
}

/** Compresses texts of one kind. Never throws. The result may exceed the text or the budget: compress.ts handles that. */
export type Compressor = (text: string, options: CompressorOptions) => string

/** Longer tokens are ignored: people do not type such words. */
export const maxWordChars = 40
/** The rest of a longer question, a pasted page for example, is ignored. */
const maxQuestionChars = 4000
const genericWeight = 0.3
const sameFamilyConfidence = 0.6
const misspeltConfidence = 0.7

/**
 * Parses a question.
 * @param language of the texts
 * @param questionLanguage of the question
 */
export function parseQuestion (written: string, language: Language, questionLanguage: Language): ParsedQuestion {
  const question = written.slice(0, maxQuestionChars)
  const { words } = analyzeQuestion(question, questionLanguage, language)
  const terms = words.filter(({ surface }) => surface.length <= maxWordChars)
  const known = new Map<string, Match | null>()
  const find = (word: string): Match | null => {
    const own = stem(word, language)
    const folded = fold(word)
    const same = terms.findIndex(term => term.stem === own || term.folded === folded)
    if (same >= 0) return { term: same, sureness: 1 }
    const near = terms.findIndex(term => isCorrectable(term.folded) && isCorrectable(folded) && withinOneEdit(term.folded, folded))
    if (near >= 0) return { term: near, sureness: misspeltConfidence }
    const kin = terms.findIndex(term => sameFamily(term.stem, own))
    return kin >= 0 ? { term: kin, sureness: sameFamilyConfidence } : null
  }
  return {
    weights: terms.map(({ stem, surface }) => isGeneric(stem, surface, language) ? genericWeight : 1),
    type: answerType(question, questionLanguage),
    quantities: quantities(question, language),
    codes: codesOf(question),
    match (word) {
      if (word.length > maxWordChars) return null
      let found = known.get(word)
      if (found === undefined) known.set(word, found = find(word))
      return found
    },
  }
}

function codesOf (question: string): string[] {
  const runs = question.split(/[\s"'«»“”`,;!?()]+/).map(run => run.replace(/[.:]$/, ''))
  const isCode = (run: string) => run.length >= 3 && run.length <= 80 &&
    (/\p{N}.*[^\p{N}]|[^\p{N}].*\p{N}|^\p{N}{4,}$|\p{Ll}\p{Lu}/u.test(run) || /[\p{L}\p{N}][_/.:@-][\p{L}\p{N}]/u.test(run))
  return [...new Set(runs.filter(isCode).map(run => run.toLowerCase()))]
}

/** Splits a text into words for `ParsedQuestion.match`. With `code`, identifiers come whole and also split at capitals and underscores. */
export function wordsOf (text: string, code = false): string[] {
  return tokens(code ? `${text} ${text.replace(/(?<=\p{Ll})(?=\p{Lu})|_/gu, ' ')}` : text)
}
