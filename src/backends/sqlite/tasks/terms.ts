// Looks up the words of a question in a company's file, and how rare each is.
import type { Query } from '../../../language/analyze.ts'
import { leastBefore } from '../../../language/compounds.ts'
import { questionTerms, searchedStems } from '../../../search/question-terms.ts'
import type { QueryTerm } from '../../../types.ts'
import type { CompanyFile } from '../file.ts'
import { countVisible } from '../hidden.ts'
import { nearWords, wordsEndingWith } from './spelling.ts'
import type { PassageLimit } from './selection.ts'

/** A misspelt word is searched as at most this many others. */
const maxCorrections = 3

export const tables = ['titles', 'texts'] as const

/** A company's file, as somebody sees it who may find only some of the passages; `seen` null: all of them. */
interface SeenFile {
  file: CompanyFile
  seen: PassageLimit | null
  /** How many passages hold the stems asked for last. */
  counts: Map<string, number>
}

/**
 * Returns the terms of a question.
 * @param total number of passages that may be found
 * @param seen those that the person may see: words of others are unknown
 */
export function readTerms (file: CompanyFile, query: Query, total: number, seen: PassageLimit | null): QueryTerm[] {
  const view = { file, seen, counts: countedIn(file).counts }
  return questionTerms(query, query.language, total, {
    holders: stem => documentFrequency(view, stem),
    isInRow: stems => tables.some(table => countSeen(view, table, quote(stems.join(' ')), 1) > 0),
    endingWith: folded => wordsEndingWith(file, folded, leastBefore),
    near (folded) {
      const words = seenWords(view, nearWords(file, folded))
      return { words, corrections: [...new Set(words.slice(0, maxCorrections).flatMap(({ stems }) => stems))] }
    },
  })
}

/** Returns how many passages hold a stem. Where many do, those that may be seen are estimated from their share. */
function documentFrequency (view: SeenFile, found: string): number {
  const all = countAll(view, found)
  if (!view.seen || all === 0) return all
  const seen = Math.max(...tables.map(table => countSeen(view, table, quote(found), countedExactly)))
  return seen < countedExactly ? seen : Math.max(seen, Math.round(all * view.seen.share))
}

interface Counted {
  version: string
  /** How many passages hold the stems asked for last. */
  counts: Map<string, number>
  total?: number
}

/** What was counted in one state of the documents of each file. */
const counted = new WeakMap<CompanyFile, Counted>()
const maxCounted = 5000

/** Returns what is known of the file as it is now: a search looks once, and nothing is written while it runs. */
function countedIn (file: CompanyFile): Counted {
  const version = file.version()
  let known = counted.get(file)
  if (known?.version !== version || known.counts.size >= maxCounted) counted.set(file, known = { version, counts: new Map() })
  return known
}

/** Returns how many passages are not hidden. Counting reads all of them, so it is done once for each state of the documents. */
export function countPassages (file: CompanyFile): number {
  const known = countedIn(file)
  known.total ??= countVisible(file)
  return known.total
}

function countAll ({ file, counts }: SeenFile, stem: string): number {
  let count = counts.get(stem)
  if (count === undefined) {
    const inTable = (table: string) =>
      (file.sql(`SELECT doc FROM ${table} WHERE term = ?`).get(stem) as { doc: number } | undefined)?.doc ?? 0
    counts.set(stem, count = Math.max(inTable('text_terms'), inTable('title_terms')))
  }
  return count
}

/** From this number on, the exact one makes no difference to how rare a word is. */
const countedExactly = 100

function countSeen ({ file, seen }: SeenFile, table: string, expression: string, limit: number): number {
  const row = file
    .sql(`SELECT count(*) AS n FROM (SELECT 1 FROM ${table} WHERE ${table} MATCH ? ${seen?.where('rowid') ?? ''} LIMIT ${limit})`)
    .get(expression)
  return row!.n as number
}

/** Returns the words that the person may see, the most frequent first. */
function seenWords (view: SeenFile, near: ReturnType<typeof nearWords>): ReturnType<typeof nearWords> {
  if (!view.seen) return near
  return near
    .map(word => ({ ...word, n: Math.max(0, ...word.stems.map(stem => documentFrequency(view, stem))) }))
    .filter(({ n }) => n > 0)
    .sort((a, b) => b.n - a.n)
}

/** Returns the full-text expressions that find a term. */
export function searchedFor (term: QueryTerm): string[] {
  return searchedStems(term).map(stems => stems.length === 1 ? quote(stems[0]!) : `(${stems.map(quote).join(' AND ')})`)
}

export function quote (word: string): string {
  return `"${word.replaceAll('"', '""')}"`
}
