// Retrieval measures over evaluation sets, and a typo for each question.
import { DatabaseSync } from 'node:sqlite'
import { isStopWord } from '../src/language/words.ts'
import type { Language } from '../src/types.ts'

/** `{name, lang, docs, queries}`; `rel` are positions in `docs`, `answers` the spans that count as the answer. */
export interface EvalSet {
  name: string
  lang: Language
  docs: { title?: string, text: string }[]
  queries: { q: string, rel: number[], answers?: string[] }[]
}

export interface Measured { r1: number, r5: number, mrr: number }

/** Computes recall@1, recall@5 (any relevant document counts) and MRR@10 of rankings, 0 to 1. */
export function measure (rankings: number[][], set: EvalSet): Measured {
  let r1 = 0
  let r5 = 0
  let mrr = 0
  rankings.forEach((ranking, i) => {
    const at = ranking.slice(0, 10).findIndex(document => set.queries[i]!.rel.includes(document))
    if (at === 0) r1++
    if (at >= 0 && at < 5) r5++
    if (at >= 0) mrr += 1 / (at + 1)
  })
  const n = rankings.length || 1
  return { r1: r1 / n, r5: r5 / n, mrr: mrr / n }
}

/** Adds a typo: swaps two letters, or drops one, of a content word with at least five letters. */
export function withTypo (question: string, next: () => number, language: Language): string {
  const text = question.normalize('NFC')
  const words = [...text.matchAll(/[\p{L}\p{N}]{5,}/gu)].filter(([word]) => !isStopWord(word.toLowerCase(), language) && !/\d/.test(word))
  if (words.length === 0) return question
  const { 0: word, index } = words[Math.floor(next() * words.length)]!
  for (let attempt = 0; attempt < 20; attempt++) {
    const i = Math.floor(next() * (word.length - 1))
    const changed = next() < 0.5
      ? word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2)
      : word.slice(0, i + 1) + word.slice(i + 2)
    if (changed.toLowerCase() !== word.toLowerCase()) return text.slice(0, index) + changed + text.slice(index + word.length)
  }
  return question
}

/** Ranks documents by FTS5's plain BM25 over folded words of title and text. */
export function plainRanking (set: EvalSet): (question: string) => number[] {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE VIRTUAL TABLE documents USING fts5(title, text, tokenize=\'unicode61 remove_diacritics 2\')')
  const insert = db.prepare('INSERT INTO documents (rowid, title, text) VALUES (?, ?, ?)')
  set.docs.forEach(({ title = '', text }, i) => insert.run(i + 1, title, text))
  const find = db.prepare('SELECT rowid FROM documents WHERE documents MATCH ? ORDER BY rank LIMIT 10')
  return question => {
    const words = [...new Set(question.match(/[\p{L}\p{N}]+/gu) ?? [])]
    if (words.length === 0) return []
    return find.all(words.map(word => `"${word}"`).join(' OR ')).map(row => (row.rowid as number) - 1)
  }
}
