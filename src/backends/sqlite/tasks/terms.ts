// Looks up the words of a question in a company's file: codes, compounds, corrections, and how rare each is.
import type { Query, QueryWord } from '../../../language/analyze.ts'
import { codeParts, isCode } from '../../../language/codes.ts'
import { joinedWords, partsOf } from '../../../language/compounds.ts'
import { mayBeCorrected } from '../../../language/one-edit.ts'
import { likeliest, respell } from '../../../language/respell.ts'
import { inverseDocumentFrequency } from '../../../search/rank.ts'
import type { Language, QueryTerm } from '../../../types.ts'
import type { CompanyFile } from '../file.ts'
import { nearWords } from './spelling.ts'

/** A misspelt word is searched as at most this many others. */
const maxCorrections = 3

export const tables = ['titles', 'texts'] as const

/** Returns the terms of a question. @param total number of passages */
export function readTerms (file: CompanyFile, query: Query, total: number): QueryTerm[] {
  const words = uniqueStems(query.words.flatMap(word => spelledOut(file, word)))
  const joined = joinedWords(words, query.language)
    .map(({ words, stems }) => ({ words, stems: stems.filter(stem => documentFrequency(file, stem) > 0) }))
  return words.map((word, i) => {
    const compounds = joined.flatMap(({ words, stems }) => words.includes(i) ? stems : [])
    return queryTerm(file, word, query.language, [...new Set(compounds)], total)
  })
}

/** Returns the parts of a code when no document contains it as one word and some contain the parts in a row ("EN 716"). */
function spelledOut (file: CompanyFile, word: QueryWord): QueryWord[] {
  if (!isCode(word.stem) || documentFrequency(file, word.stem) > 0) return [word]
  const parts = codeParts(word.stem)
  const isHeld = tables.some(table => file.sql(`SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT 1`).get(quote(parts.join(' '))))
  return isHeld ? parts.map(part => ({ surface: part, folded: part, stem: part })) : [word]
}

function uniqueStems (words: QueryWord[]): QueryWord[] {
  return [...new Map(words.filter(word => word.stem !== '').map(word => [word.stem, word])).values()]
}

function queryTerm (file: CompanyFile, word: QueryWord, language: Language, compounds: string[], total: number): QueryTerm {
  const { surface, stem, folded } = word
  const frequency = (stems: string[]) => stems.reduce((sum, found) => sum + documentFrequency(file, found), 0)
  const term = (n: number, more: Partial<QueryTerm> = {}): QueryTerm => ({
    word: surface, stem, idf: inverseDocumentFrequency(total, n), known: n > 0, corrections: [],
    ...(compounds.length > 0 ? { compounds } : {}), ...more,
  })
  const n = documentFrequency(file, stem) + frequency(compounds)
  if (n > 0) return term(n)
  const parts = partsOf(word, language, found => documentFrequency(file, found) > 0)
  if (parts) return term(Math.min(...parts.map(part => documentFrequency(file, part))), { parts })
  const near = mayBeCorrected(word) ? nearWords(file, folded) : []
  const corrected = [...new Set(near.slice(0, maxCorrections).flatMap(({ stems }) => stems))]
  const meant = likeliest(folded, near)
  return term(frequency(corrected), { corrections: corrected, ...(meant === null ? {} : { respelled: respell(surface, meant) }) })
}

function documentFrequency (file: CompanyFile, found: string): number {
  const inTable = (table: string) =>
    (file.sql(`SELECT doc FROM ${table} WHERE term = ?`).get(found) as { doc: number } | undefined)?.doc ?? 0
  return Math.max(inTable('text_terms'), inTable('title_terms'))
}

/**
 * Returns the full-text expressions that find a term. For an unknown code these are its parts, to find what may have been
 * meant; the parts of a compound count only together.
 */
export function searchedFor ({ known, stem, corrections, compounds = [], parts }: QueryTerm): string[] {
  if (!known && isCode(stem)) return codeParts(stem).map(quote)
  const own = parts ? [`(${parts.map(quote).join(' AND ')})`] : known && corrections.length === 0 ? [quote(stem)] : corrections.map(quote)
  return [...own, ...compounds.map(quote)]
}

export function quote (word: string): string {
  return `"${word.replaceAll('"', '""')}"`
}
