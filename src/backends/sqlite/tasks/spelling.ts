// Spelling correction over the words of a company's documents: SymSpell at distance 1, its index in SQLite.
// https://wolfgarbe.medium.com/1000x-faster-spelling-correction-algorithm-2012-8701fcd87a5f
import { isCorrectable, isLikelyMisspelt } from '../../../language/one-edit.ts'
import { copyOf } from '../../../language/letters.ts'
import { fold, newStem } from '../../../language/words.ts'
import { insertRows, type CompanyFile } from '../file.ts'
import type { Language } from '../../../types.ts'

/** Returns the word and each form of it that lacks one letter. */
function deletions (word: string): Set<string> {
  const keys = new Set([word])
  for (let i = 0; i < word.length; i++) keys.add(word.slice(0, i) + word.slice(i + 1))
  return keys
}

/** A word without accents and its stem. Words that differ in accents alone share one when their stems are the same. */
interface Form { word: string, stem: string }
interface KnownWord {
  stem: string
  /** Null when it is never offered as a correction. */
  form: Form | null
}
/** The words of a text, in their order. */
export type ReadWords = readonly KnownWord[]

/** Counts the words of passages that one transaction adds and removes, for `corrections`. */
export interface WordCounts {
  /** Looks words up (lower case, accents kept). */
  read (words: readonly string[], language: Language): ReadWords
  /** Counts each correctable word of a passage once. @param parts its words, in one or several lists */
  learn (...parts: ReadWords[]): void
  /** Undoes `learn`; a word that no passage contains any more is no longer offered. */
  forget (...parts: ReadWords[]): void
  /** Writes the changes, once. New words are offered after `keyWords`. */
  write (): void
  /**
   * Leaves the changes to `mergeCounts`. Words are spread over their table: written with each slice of a document, they
   * would change nearly every page of it each time.
   */
  defer (): void
}

/** Returns the stems of words, in order, between spaces. */
export function stemsOf (words: ReadWords): string {
  let stems = ''
  for (const word of words) stems += stems === '' ? word.stem : ` ${word.stem}`
  return stems
}

/** The words of each language that were looked up: the same ones come again and again, for every company. */
const known = new Map<Language, Map<string, KnownWord>>()
/** Their forms by word and stem: a form is one object, so that a passage with "été" and "ete" counts it once. */
const forms = new Map<string, Form>()
const maxForms = 40_000
/** A longer word comes once. */
const maxKnownChars = 40

function look (surface: string, language: Language): KnownWord {
  let words = known.get(language)
  if (!words) known.set(language, words = new Map())
  let found = words.get(surface)
  if (!found) {
    // A copy: V8 would keep the whole text for a part of it.
    const own = copyOf(surface, 'utf16le')
    found = readWord(own, language)
    if (own.length <= maxKnownChars) words.set(own, found)
  }
  return found
}

/** Finds a word's stem, made with its accents ("lavées" → "lav", "lavees" → "lave"). */
function readWord (surface: string, language: Language): KnownWord {
  const stem = newStem(surface, language)
  const word = fold(surface)
  if (!isCorrectable(word)) return { stem, form: null }
  const key = `${word} ${stem}`
  let form = forms.get(key)
  if (!form) forms.set(key, form = { word, stem })
  return { stem, form }
}

/** Counts words without accents. */
export function createWordCounts (file: CompanyFile): WordCounts {
  // Never within a transaction: there a form stays one object.
  if (forms.size > maxForms || [...known.values()].some(({ size }) => size > maxForms)) {
    known.clear()
    forms.clear()
  }
  const counts = new Map<Form, number>()

  function count (parts: ReadWords[], change: 1 | -1): void {
    const found = new Set<Form>()
    for (const words of parts) for (const { form } of words) if (form) found.add(form)
    for (const form of found) counts.set(form, (counts.get(form) ?? 0) + change)
  }

  const changes = (): Change[] => [...counts].filter(([, change]) => change !== 0).map(([{ word, stem }, change]) => [word, stem, change])

  return {
    read: (words, language) => words.map(word => look(word, language)),
    learn: (...parts) => count(parts, 1),
    forget: (...parts) => count(parts, -1),
    write () {
      // Deferred changes come first: a count must not be taken back before it is there.
      while (mergeCounts(file, Number.MAX_SAFE_INTEGER)) { /* at once */ }
      apply(file, changes())
      counts.clear()
    },
    defer () {
      const some = changes()
      if (some.length > 0) file.sql('INSERT INTO word_changes (changes) VALUES (?)').run(JSON.stringify(some))
      counts.clear()
    },
  }
}

type Change = [word: string, stem: string, change: number]

/**
 * Writes the deferred changes of at most `limit` transactions, the oldest first.
 * @returns true if there were any
 */
export function mergeCounts (file: CompanyFile, limit: number): boolean {
  const rows = file.sql('SELECT rowid, changes FROM word_changes ORDER BY rowid LIMIT ?').all(limit) as { rowid: number, changes: string }[]
  if (rows.length === 0) return false
  const sums = new Map<string, Change>()
  for (const { changes } of rows) {
    for (const change of JSON.parse(changes) as Change[]) {
      const key = `${change[0]} ${change[1]}`
      const sum = sums.get(key)
      if (sum) sum[2] += change[2]
      else sums.set(key, change)
    }
  }
  apply(file, [...sums.values()].filter(([, , change]) => change !== 0))
  file.sql('DELETE FROM word_changes WHERE rowid <= ?').run(rows.at(-1)!.rowid)
  return true
}

function apply (file: CompanyFile, changes: Change[]): void {
  // In the order of the table, because neighbours are on one page. Additions come before removals, so that a word with two stems stays.
  changes.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : b[2] - a[2]))
  for (const change of changes) {
    if (change[2] > 0) add(file, change)
    else subtract(file, change)
  }
}

function add (file: CompanyFile, [word, stem, change]: Change): void {
  if (file.sql('UPDATE words SET n = n + ? WHERE word = ? AND stem = ?').run(change, word, stem).changes) return
  const isNew = file.sql('SELECT 1 FROM words WHERE word = ?').get(word) === undefined
  file.sql('INSERT INTO words VALUES (?, ?, ?)').run(word, stem, change)
  if (isNew) file.sql('INSERT INTO fresh_words VALUES (?)').run(word)
}

function subtract (file: CompanyFile, [word, stem, change]: Change): void {
  if (file.sql('UPDATE words SET n = n + ?1 WHERE word = ?2 AND stem = ?3 AND n > -?1').run(change, word, stem).changes) return
  file.sql('DELETE FROM words WHERE word = ? AND stem = ?').run(word, stem)
  if (file.sql('SELECT 1 FROM words WHERE word = ?').get(word)) return
  if (file.sql('DELETE FROM fresh_words WHERE word = ?').run(word).changes) return
  for (const key of deletions(word)) file.sql('DELETE FROM deletes WHERE key = ? AND word = ?').run(key, word)
}

/**
 * Makes new words known to `corrections`, at most `limit`. Writes many at a time, in sorted order: a word has about ten
 * keys, and keys written in the order of the words would change every page of the table again and again.
 * @returns true if there may be more
 */
export function keyWords (file: CompanyFile, limit: number): boolean {
  const words = file.sql('SELECT word FROM fresh_words ORDER BY word LIMIT ?').all(limit).map(row => row.word as string)
  for (const word of words) {
    insertRows(file, 'deletes', [...deletions(word)].map(key => [key, word]))
    file.sql('DELETE FROM fresh_words WHERE word = ?').run(word)
  }
  return words.length === limit
}

/**
 * Returns the stems of known words within one edit of `folded`, those of the most frequent words first. A word that
 * differs only in its accents is not misspelt, and is then the only one returned.
 * @param limit the most words
 */
export function corrections (file: CompanyFile, folded: string, limit = 3): string[] {
  return [...new Set(nearWords(file, folded).slice(0, limit).flatMap(({ stems }) => stems))]
}

/** Returns the stems of the most frequent words that end with another, with at least `before` letters before it. */
export function wordsEndingWith (file: CompanyFile, folded: string, before: number, limit = 5): string[] {
  const rows = file.sql("SELECT stem FROM words WHERE word LIKE '%' || ?1 AND length(word) >= ?2 ORDER BY n DESC, word LIMIT ?3")
    .all(folded, folded.length + before, limit)
  return [...new Set(rows.map(row => row.stem as string))]
}

/** Returns the same words, all of them, with their stems and how often they occur. */
export function nearWords (file: CompanyFile, folded: string): { word: string, stems: string[], n: number }[] {
  if (!isCorrectable(folded)) return []
  const near = new Map<string, { n: number, stems: string[] }>()
  const find = file.sql('SELECT w.word, w.stem, w.n FROM deletes d JOIN words w ON w.word = d.word WHERE d.key = ?')
  for (const key of deletions(folded)) {
    const found = Map.groupBy(find.all(key) as { word: string, stem: string, n: number }[], ({ word }) => word)
    for (const [word, forms] of found) {
      if (!isLikelyMisspelt(folded, word)) continue
      near.set(word, { n: forms.reduce((sum, { n }) => sum + n, 0), stems: forms.map(({ stem }) => stem) })
    }
  }
  const own = near.get(folded)
  const found = own ? [[folded, own] as const] : [...near].sort(([a, x], [b, y]) => y.n - x.n || (a < b ? -1 : 1))
  return found.map(([word, { stems, n }]) => ({ word, stems, n }))
}
