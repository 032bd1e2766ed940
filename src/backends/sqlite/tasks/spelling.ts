// Spelling correction over the words of a company's documents: SymSpell at distance 1, its index in SQLite.
// https://wolfgarbe.medium.com/1000x-faster-spelling-correction-algorithm-2012-8701fcd87a5f
import { isCorrectable, isLikelyMisspelt } from '../../../language/one-edit.ts'
import { fold, stem } from '../../../language/words.ts'
import type { CompanyFile } from '../file.ts'
import type { Language } from '../../../types.ts'

/** Returns the word and each form of it that lacks one letter. */
function deletions (word: string): Set<string> {
  const keys = new Set([word])
  for (let i = 0; i < word.length; i++) keys.add(word.slice(0, i) + word.slice(i + 1))
  return keys
}

interface Form { word: string, stemmed: string, change: number }

/** Counts the words of passages that one transaction adds and removes, for `corrections`. */
export interface WordCounts {
  /** Returns the stems of words, in order, between spaces. */
  stems (words: string[], language: Language): string
  /** Counts each correctable word of a passage (lower case, accents kept) once. */
  learn (words: Iterable<string>, language: Language): void
  /** Undoes `learn`; a word that no passage contains any more is no longer offered. */
  forget (words: Iterable<string>, language: Language): void
  /** Writes the changes, once. New words are offered after `keyWords`. */
  write (): void
  /**
   * Leaves the changes to `mergeCounts`. Words are spread over their table: written with each slice of a document, they
   * would change nearly every page of it each time.
   */
  defer (): void
}

/** Counts words without accents, with the stem that they have with accents ("lavées" → "lav", "lavees" → "lave"). */
export function createWordCounts (file: CompanyFile): WordCounts {
  const known = new Map<Language, Map<string, { stem: string, form: Form | null }>>()
  const forms = new Map<string, Form>()

  function look (surface: string, language: Language): { stem: string, form: Form | null } {
    let words = known.get(language)
    if (!words) known.set(language, words = new Map())
    let found = words.get(surface)
    if (!found) words.set(surface, found = { stem: stem(surface, language), form: null })
    else return found
    const word = fold(surface)
    if (!isCorrectable(word)) return found
    const key = `${word} ${found.stem}`
    found.form = forms.get(key) ?? { word, stemmed: found.stem, change: 0 }
    forms.set(key, found.form)
    return found
  }

  function count (words: Iterable<string>, language: Language, change: 1 | -1): void {
    const found = new Set<Form>()
    for (const word of words) {
      const { form } = look(word, language)
      if (form) found.add(form)
    }
    for (const form of found) form.change += change
  }

  return {
    stems: (words, language) => words.map(word => look(word, language).stem).join(' '),
    learn: (words, language) => count(words, language, 1),
    forget: (words, language) => count(words, language, -1),
    write () {
      // Deferred changes come first: a count must not be taken back before it is there.
      while (mergeCounts(file, Number.MAX_SAFE_INTEGER)) { /* at once */ }
      apply(file, forms)
      forms.clear()
      known.clear()
    },
    defer () {
      const changes = [...forms.values()].filter(({ change }) => change !== 0).map(({ word, stemmed, change }) => [word, stemmed, change])
      if (changes.length > 0) file.sql('INSERT INTO word_changes (changes) VALUES (?)').run(JSON.stringify(changes))
      forms.clear()
      known.clear()
    },
  }
}

/**
 * Writes the deferred changes of at most `limit` transactions, the oldest first.
 * @returns true if there were any
 */
export function mergeCounts (file: CompanyFile, limit: number): boolean {
  const rows = file.sql('SELECT rowid, changes FROM word_changes ORDER BY rowid LIMIT ?').all(limit) as { rowid: number, changes: string }[]
  if (rows.length === 0) return false
  const forms = new Map<string, Form>()
  for (const [word, stemmed, change] of rows.flatMap(({ changes }) => JSON.parse(changes) as [string, string, number][])) {
    const key = `${word} ${stemmed}`
    const form = forms.get(key)
    if (form) form.change += change
    else forms.set(key, { word, stemmed, change })
  }
  apply(file, forms)
  file.sql('DELETE FROM word_changes WHERE rowid <= ?').run(rows.at(-1)!.rowid)
  return true
}

function apply (file: CompanyFile, forms: Map<string, Form>): void {
  // In the order of the table, because neighbours are on one page. Additions come before removals, so that a word with two stems stays.
  const changed = [...forms.values()]
    .filter(({ change }) => change !== 0)
    .sort((a, b) => (a.word < b.word ? -1 : a.word > b.word ? 1 : b.change - a.change))
  for (const form of changed) {
    if (form.change > 0) add(file, form)
    else subtract(file, form)
  }
}

function add (file: CompanyFile, { word, stemmed, change }: Form): void {
  if (file.sql('UPDATE words SET n = n + ? WHERE word = ? AND stem = ?').run(change, word, stemmed).changes) return
  const isNew = file.sql('SELECT 1 FROM words WHERE word = ?').get(word) === undefined
  file.sql('INSERT INTO words VALUES (?, ?, ?)').run(word, stemmed, change)
  if (isNew) file.sql('INSERT INTO fresh_words VALUES (?)').run(word)
}

function subtract (file: CompanyFile, { word, stemmed, change }: Form): void {
  if (file.sql('UPDATE words SET n = n + ?1 WHERE word = ?2 AND stem = ?3 AND n > -?1').run(change, word, stemmed).changes) return
  file.sql('DELETE FROM words WHERE word = ? AND stem = ?').run(word, stemmed)
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
    for (const key of deletions(word)) file.sql('INSERT INTO deletes VALUES (?, ?)').run(key, word)
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
