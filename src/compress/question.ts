// A question as the compressors read it: its words with what counts as the same word, the type of fact, its figures.
import { analyzeQuestion } from '../language/analyze.ts'
import { answerType, type AnswerType } from '../language/answer-types.ts'
import { figures, type Figure } from '../language/figures.ts'
import { isGeneric, sameFamily } from '../language/generic-words.ts'
import { fold, stem, tokens } from '../language/words.ts'
import { isCorrectable, withinOneEdit } from '../language/one-edit.ts'
import type { Language } from '../types.ts'

/** Which of the question's words a text's word is, and how surely, 0 to 1. */
export interface Match { term: number, sureness: number }

export interface Asked {
  /** The weight of each word: less for those that any question is made of. */
  weights: number[]
  type: AnswerType | null
  figures: Figure[]
  /** Written with figures, signs or humps, lower case: "14:32", "/dev/sdb1", "maxWords". Where a text holds one, it is meant. */
  codes: string[]
  /** @param word a token as `tokens` makes it */
  match (word: string): Match | null
}

/** No word that a person types is longer; a longer token is not looked at. */
export const longestWord = 40
/** Nobody asks at greater length; a pasted page is read to here. */
const longestQuestion = 4000
const genericWeight = 0.3
const sameFamilyAs = 0.6
const misspelt = 0.7

/** @param language of the texts @param asked of the question */
export function readQuestion (written: string, language: Language, asked: Language): Asked {
  const question = written.slice(0, longestQuestion)
  const { words } = analyzeQuestion(question, asked, language)
  const terms = words.filter(({ surface }) => surface.length <= longestWord)
  const known = new Map<string, Match | null>()
  const find = (word: string): Match | null => {
    const own = stem(word, language)
    const folded = fold(word)
    const same = terms.findIndex(term => term.stem === own || term.folded === folded)
    if (same >= 0) return { term: same, sureness: 1 }
    const near = terms.findIndex(term => isCorrectable(term.folded) && isCorrectable(folded) && withinOneEdit(term.folded, folded))
    if (near >= 0) return { term: near, sureness: misspelt }
    const kin = terms.findIndex(term => sameFamily(term.stem, own))
    return kin >= 0 ? { term: kin, sureness: sameFamilyAs } : null
  }
  return {
    weights: terms.map(({ stem, surface }) => isGeneric(stem, surface, language) ? genericWeight : 1),
    type: answerType(question, asked),
    figures: figures(question, language),
    codes: codesOf(question),
    match (word) {
      if (word.length > longestWord) return null
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

/** The words of a text as Asked.match takes them; identifiers both whole and cut at humps and underscores when `code`. */
export function wordsOf (text: string, code = false): string[] {
  return tokens(code ? `${text} ${text.replace(/(?<=\p{Ll})(?=\p{Lu})|_/gu, ' ')}` : text)
}
