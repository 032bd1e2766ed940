// Looks up the words of a question in the documents, in the same order for every engine: itself, its forms, its parts, synonyms,
// and words that it may have been meant as.
import type { Query, QueryWord } from '../language/analyze.ts'
import { codeParts, isCode } from '../language/codes.ts'
import { dividedWord, isKindOf, joinedWords, partsOf } from '../language/compounds.ts'
import { numberForms } from '../language/number-forms.ts'
import { mayBeCorrected } from '../language/one-edit.ts'
import { heldForms, heldSynonyms } from '../language/related-words.ts'
import { likeliest, respell } from '../language/respell.ts'
import { spacedCodes } from '../language/spaced-codes.ts'
import type { Language, QueryTerm } from '../types.ts'
import { inverseDocumentFrequency } from './rank.ts'

/** What an engine knows of the words of its documents. */
export interface KnownWords {
  /** Returns how many documents hold a stem. */
  holders (stem: string): number
  /** Tells whether a document holds the stems one after another. */
  isInRow (stems: string[]): boolean
  /** Returns the words within one edit, each with how many documents hold it, and the stems that a misspelt word is searched as. */
  near (folded: string): { words: { word: string, n: number }[], corrections: string[] }
  /** Returns the stems of the words that end with a word: "Leihfahrrad" for "Fahrrad". */
  endingWith (folded: string): string[]
  /** Returns how many documents the search for a word found, where more are searched than counted. */
  found? (surface: string): number
}

/**
 * Returns the terms of a question.
 * @param total number of documents
 * @param language the documents' own
 */
export function questionTerms (query: Query, language: Language, total: number, known: KnownWords): QueryTerm[] {
  const { holders } = known
  const isHeld = (stem: string) => holders(stem) > 0
  const asked = withSpacedCodes(query, known).flatMap(word => spelledOut(word, known))
  const words = uniqueStems([...asked, ...otherNumbers(query, language, known)])
  const joined = joinedWords(words, language, query.text).map(({ words, stems }) => ({ words, stems: stems.filter(isHeld) }))
  return words.map((word, i) => {
    const compounds = joined.flatMap(({ words, stems }) => words.includes(i) ? stems : [])
    return lookUp(word, query, [...new Set(compounds)], language, total, known)
  })
}

/** Makes one word of a code that is typed with blanks ("hr 8/d") where the documents hold it. */
function withSpacedCodes ({ text, words }: Query, { holders }: KnownWords): QueryWord[] {
  let rest = words
  for (const { parts, code } of spacedCodes(text)) {
    if (!isCode(code) || rest.some(({ stem }) => stem === code) || holders(code) === 0) continue
    const at = rest.findIndex(({ surface }) => parts.includes(surface))
    if (at < 0) continue
    const word = { surface: code, folded: code, stem: code }
    rest = [...rest.slice(0, at), word, ...rest.slice(at)].filter(({ surface }) => !parts.includes(surface))
  }
  return rest
}

/** Returns the numbers of a question as the documents write them: "900" of "900 W" for "0,9 kW". */
function otherNumbers ({ text }: Query, language: Language, { holders, isInRow }: KnownWords): QueryWord[] {
  const isHeld = (row: string[]) => row.length === 1 ? holders(row[0]!) > 0 : isInRow(row)
  return numberForms(text, language).filter(({ row }) => isHeld(row))
    .map(({ word }) => ({ surface: word, folded: word, stem: word }))
}

/** Returns the parts of a code when no document holds it as one word and some hold the parts in a row ("EN 716"). */
function spelledOut (word: QueryWord, { holders, isInRow }: KnownWords): QueryWord[] {
  if (!isCode(word.stem) || holders(word.stem) > 0) return [word]
  const parts = codeParts(word.stem)
  return isInRow(parts) ? parts.map(part => ({ surface: part, folded: part, stem: part })) : [word]
}

function uniqueStems (words: QueryWord[]): QueryWord[] {
  return [...new Map(words.filter(word => word.stem !== '').map(word => [word.stem, word])).values()]
}

function lookUp (
  word: QueryWord, query: Query, compounds: string[], language: Language, total: number,
  { holders, isInRow, near, endingWith, found }: KnownWords
): QueryTerm {
  const { surface, stem, folded } = word
  const isHeld = (stem: string) => holders(stem) > 0
  const sum = (stems: readonly string[]) => stems.reduce((all, stem) => all + holders(stem), 0)
  const term = (n: number, more: Partial<QueryTerm> = {}): QueryTerm => ({
    word: surface, stem, idf: inverseDocumentFrequency(total, n === 0 ? 0 : Math.max(n, found?.(surface) ?? 0)), known: n > 0,
    corrections: [], ...(compounds.length > 0 ? { compounds } : {}), ...more,
  })
  const n = holders(stem) + sum(compounds)
  if (n > 0) return term(n)
  const forms = heldForms(word, query, isHeld)
  if (forms.length > 0) return term(sum(forms), { compounds: forms })
  const parts = partsOf(word, language, isHeld) ?? dividedWord(word, language, isHeld, isInRow)
  if (parts) return term(Math.min(...parts.map(holders)), { parts })
  const synonyms = heldSynonyms(word, query, isHeld)
  if (synonyms.length > 0) return term(sum(synonyms), { synonyms })
  const kinds = isKindOf(word, language) ? endingWith(folded).filter(isHeld) : []
  if (kinds.length > 0) return term(sum(kinds), { synonyms: kinds })
  if (!mayBeCorrected(word)) return term(0)
  const { words, corrections } = near(folded)
  const meant = likeliest(folded, words)
  return term(sum(corrections), { corrections, ...(meant === null ? {} : { respelled: respell(surface, meant) }) })
}

/**
 * Returns the stems that a term is searched as, in groups that count only as a whole. For an unknown code these are its parts, to
 * find what may have been meant.
 */
export function searchedStems ({ known, stem, corrections, compounds = [], parts, synonyms = [] }: QueryTerm): string[][] {
  const one = (stem: string) => [stem]
  if (!known && isCode(stem)) return codeParts(stem).map(one)
  const own = parts ? [parts] : known && corrections.length === 0 ? [[stem]] : corrections.map(one)
  return [...own, ...compounds.map(one), ...synonyms.map(one)]
}
