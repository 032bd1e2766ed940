// A million tokens to upload, questions about them, and the least work that makes them searchable.
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { cutIntoChunks } from '../src/ingest/chunks.ts'
import { readFile as readDocuments } from '../src/ingest/formats/read.ts'
import { tokens as wordsOf } from '../src/language/words.ts'
import { random } from '../src/evaluation/random.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface File { name: string, text: string }

/** Reads Markdown files of the installed packages up to a number of tokens: varied, and the same with the same lockfile. */
export async function corpus (goal: number, count: (text: string) => number): Promise<{ files: File[], tokens: number, chunks: string[] }> {
  const names = (await Array.fromAsync(glob('node_modules/**/*.md', { cwd: root }))).sort()
  const files: File[] = []
  const chunks: string[] = []
  let tokens = 0
  for (const name of names) {
    const text = await readFile(join(root, name), 'utf8').catch(() => '')
    if (text.length < 1000 || text.length > 300_000) continue
    files.push({ name: name.slice('node_modules/'.length), text })
    for await (const document of readDocuments(Buffer.from(text), { name }, { maxPages: 1, maxUnpackedBytes: 1 })) {
      for (const chunk of cutIntoChunks(document, { maxTokens: 256, overlapTokens: 32, count })) {
        chunks.push(chunk.text)
        tokens += chunk.tokens
      }
    }
    if (tokens >= goal) return { files, tokens, chunks }
  }
  throw new Error(`the installed packages have ${tokens} tokens of Markdown`)
}

/** Makes questions, each of a few words of a chunk in their order. */
export function questionsOf (chunks: string[], n: number, seed = 1): string[] {
  const next = random(seed)
  const questions: string[] = []
  while (questions.length < n) {
    const words = wordsOf(chunks[Math.floor(next() * chunks.length)]!).filter(word => /^[a-z]{4,12}$/.test(word))
    const at = Math.floor(next() * words.length)
    if (words.length > 12) questions.push(`How is ${words.slice(at, at + 5).join(' ')} done?`)
  }
  return questions
}

/** Makes the same chunks searchable with the least work. */
export function plainInsert (path: string, chunks: string[]) {
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE VIRTUAL TABLE chunks USING fts5(text)')
  const insert = db.prepare('INSERT INTO chunks (text) VALUES (?)')
  const began = performance.now()
  db.exec('BEGIN')
  for (const text of chunks) insert.run(text)
  db.exec('COMMIT')
  const seconds = (performance.now() - began) / 1000
  const find = db.prepare('SELECT rowid, text FROM chunks WHERE chunks MATCH ? ORDER BY rank LIMIT 10')
  return {
    seconds,
    search: (questions: string[]) => questions.map(question => {
      const began = performance.now()
      find.all(wordsOf(question).map(word => `"${word}"`).join(' OR '))
      return performance.now() - began
    }),
    close: () => db.close(),
  }
}
