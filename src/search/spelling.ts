// Spelling correction over the words of a company's documents: SymSpell at distance 1, its index in SQLite.
// https://wolfgarbe.medium.com/1000x-faster-spelling-correction-algorithm-2012-8701fcd87a5f
import { fold, stem } from '../query/words.ts'
import type { CompanyFile } from '../store/file.ts'
import type { Language } from '../types.ts'

// Shorter words have too many neighbours; a figure or a code is never a misspelling of another.
const minLength = 4
const maxLength = 30

export function isCorrectable (word: string): boolean {
  return word.length >= minLength && word.length < maxLength && !/\p{N}/u.test(word)
}

/** The word and each form of it that lacks one letter. */
function deletions (word: string): Set<string> {
  const keys = new Set([word])
  for (let i = 0; i < word.length; i++) keys.add(word.slice(0, i) + word.slice(i + 1))
  return keys
}

/** Whether one insertion, deletion, replacement or swap of neighbours at most makes `a` into `b`. */
export function withinOneEdit (a: string, b: string): boolean {
  if (a === b) return true
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (long.length - short.length > 1) return false
  let i = 0
  while (i < short.length && short[i] === long[i]) i++
  if (short.length < long.length) return short.slice(i) === long.slice(i + 1)
  return short.slice(i + 1) === long.slice(i + 1) ||
    (short[i] === long[i + 1] && short[i + 1] === long[i] && short.slice(i + 2) === long.slice(i + 2))
}

/** Counts each word of a passage (lower case, accents kept) once more, and makes new ones known to `corrections`. */
export function learnWords (file: CompanyFile, words: Iterable<string>, language: Language): void {
  for (const [word, stemmed] of forms(words, language)) {
    const isNew = file.sql('SELECT 1 FROM words WHERE word = ?').get(word) === undefined
    file.sql('INSERT INTO words VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET n = n + 1').run(word, stemmed)
    if (isNew) for (const key of deletions(word)) file.sql('INSERT INTO deletes VALUES (?, ?)').run(key, word)
  }
}

/** Takes back what `learnWords` counted for a passage; a word that no passage holds any more is no longer offered. */
export function forgetWords (file: CompanyFile, words: Iterable<string>, language: Language): void {
  for (const [word, stemmed] of forms(words, language)) {
    if (file.sql('UPDATE words SET n = n - 1 WHERE word = ? AND stem = ? AND n > 1').run(word, stemmed).changes) continue
    file.sql('DELETE FROM words WHERE word = ? AND stem = ?').run(word, stemmed)
    if (file.sql('SELECT 1 FROM words WHERE word = ?').get(word)) continue
    for (const key of deletions(word)) file.sql('DELETE FROM deletes WHERE key = ? AND word = ?').run(key, word)
  }
}

/**
 * The correctable words among some, each once: without accents, and with the stem that it had with them, which may
 * be another ("lavées" → "lav", "lavees" → "lave").
 */
function forms (words: Iterable<string>, language: Language): Iterable<[word: string, stemmed: string]> {
  const found = new Map<string, [string, string]>()
  for (const surface of new Set(words)) {
    const word = fold(surface)
    const stemmed = stem(surface, language)
    if (isCorrectable(word)) found.set(`${word} ${stemmed}`, [word, stemmed])
  }
  return found.values()
}

/**
 * Stems of the known words within one edit of `folded`, those of the most frequent words first. A word that differs
 * by its accents only is not misspelt: it is then the only one.
 * @param limit words at most
 */
export function corrections (file: CompanyFile, folded: string, limit = 3): string[] {
  if (!isCorrectable(folded)) return []
  const near = new Map<string, { n: number, stems: string[] }>()
  const find = file.sql('SELECT w.word, w.stem, w.n FROM deletes d JOIN words w ON w.word = d.word WHERE d.key = ?')
  for (const key of deletions(folded)) {
    const found = Map.groupBy(find.all(key) as { word: string, stem: string, n: number }[], ({ word }) => word)
    for (const [word, forms] of found) {
      if (withinOneEdit(folded, word)) near.set(word, { n: forms.reduce((sum, { n }) => sum + n, 0), stems: forms.map(({ stem }) => stem) })
    }
  }
  const own = near.get(folded)
  const best = own ? [own] : [...near].sort(([a, x], [b, y]) => y.n - x.n || (a < b ? -1 : 1)).slice(0, limit).map(([, found]) => found)
  return [...new Set(best.flatMap(({ stems }) => stems))]
}
