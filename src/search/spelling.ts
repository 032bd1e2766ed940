// Spelling correction over the words of a company's documents: SymSpell at distance 1, its index in SQLite.
// https://wolfgarbe.medium.com/1000x-faster-spelling-correction-algorithm-2012-8701fcd87a5f
import type { CompanyFile } from '../store/file.ts'

// Shorter words have too many neighbours; a figure or a code is never a misspelling of another.
const minLength = 4
const maxLength = 30

function correctable (word: string): boolean {
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

/** Counts each word of a passage once more, and makes new ones known to `corrections`. */
export function learnWords (file: CompanyFile, folded: Iterable<string>): void {
  for (const word of new Set(folded)) {
    if (!correctable(word)) continue
    const known = file.sql('UPDATE words SET n = n + 1 WHERE word = ?').run(word).changes
    if (known) continue
    file.sql('INSERT INTO words VALUES (?, 1)').run(word)
    for (const key of deletions(word)) file.sql('INSERT OR IGNORE INTO deletes VALUES (?, ?)').run(key, word)
  }
}

/** Known words within one edit of `folded`, the most frequent first. */
export function corrections (file: CompanyFile, folded: string, limit = 3): string[] {
  if (!correctable(folded)) return []
  const near = new Map<string, number>()
  const find = file.sql('SELECT w.word, w.n FROM deletes d JOIN words w ON w.word = d.word WHERE d.key = ?')
  for (const key of deletions(folded)) {
    for (const { word, n } of find.all(key) as { word: string, n: number }[]) {
      if (withinOneEdit(folded, word)) near.set(word, n)
    }
  }
  return [...near].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, limit).map(([word]) => word)
}
