// Writes and removes the chunks of documents: each is a passage, or a place of a passage with the same content.
import { zstdDecompressSync } from 'node:zlib'
import type { Chunk } from '../../../documents/content.ts'
import { sameText } from '../../../language/duplicates.ts'
import { headingPath } from '../../../language/passage-lines.ts'
import { indexTokens } from '../../../language/words.ts'
import { createWordCounts, keyWords, stemsOf, type WordCounts } from './spelling.ts'
import { copyWindows, removeWindows, storedFactLines } from './vectors.ts'
import { insertRows, type CompanyFile } from '../file.ts'
import { hidden } from '../schema.ts'
import type { Language } from '../../../types.ts'

/** The most places of a passage whose titles and headings it is found by. */
const titledPlaces = 8
/** The most passages compared per shared number of the fingerprint: a template with many names must not slow down every write. */
const candidates = 16

/** Changes chunks within one transaction. */
export interface ChunkChanges {
  put (document: ChunkOwner, chunk: Chunk, fields: [string, string][]): void
  /**
   * Removes chunks of a document, `limit` at most. A passage that has other places passes to the next one.
   * @returns the number removed
   */
  remove (document: number, limit: number): number
  /**
   * Gives a document passages of its own in place of those that it shares with others, at most `limit`.
   * @returns the number of them
   */
  unshare (document: number, limit: number): number
  /** Replaces the text of a passage under the same titles; its vectors are pending again. */
  rewrite (passage: number, text: string): void
}

/** The document that a chunk belongs to. */
export interface ChunkOwner { index: string, language: Language, title: string, url: string, document: number }

/**
 * Runs `work` in one transaction.
 * @param slices true if many such transactions follow one another: `mergeCounts` then counts their words together
 */
export function changeChunks<T> (file: CompanyFile, slices: boolean, work: (chunks: ChunkChanges) => T): T {
  return file.transaction(() => {
    const words = createWordCounts(file)
    const result = work({
      put: (owner, chunk, fields) => putChunk(file, words, owner, chunk, JSON.stringify(fields)),
      remove: (document, limit) => removeChunks(file, words, document, limit),
      unshare: (document, limit) => unshareChunks(file, words, document, limit),
      rewrite: (passage, text) => rewriteText(file, words, passage, text),
    })
    if (slices) words.defer()
    else words.write()
    return result
  })
}

function putChunk (file: CompanyFile, words: WordCounts, owner: ChunkOwner, chunk: Chunk, fields: string): void {
  const { index, language, title, url, document } = owner
  const { n, text, page = null, tokens: size } = chunk
  const heading = headingPath(chunk.headings)
  // A chunk with facts is never the same as another.
  const print = fields === '[]' ? chunk.print : undefined
  const hashes = print?.map((number, position) => position * 2 ** 32 + number) ?? []
  const same = findSame(file, owner, hashes, `${heading}\n${text}`)
  if (same !== null) {
    changeTitles(file, words, same, () => {
      file.sql('INSERT INTO places (document, n, passage, heading, page) VALUES (?, ?, ?, ?, ?)').run(document, n, same, heading, page)
    })
    return
  }
  const rowid = Number(
    file
      .sql(
        `INSERT INTO passages (idx, language, title, text, url, fields, document, n, heading, page, tokens, print)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
      )
      .run(
        index,
        language,
        title,
        text,
        url,
        fields,
        document,
        n,
        heading,
        page,
        size,
        print ? new Uint8Array(Uint32Array.from(print).buffer) : null
      ).lastInsertRowid
  )
  insertRows(file, 'prints', hashes.map(hash => [hash, rowid]))
  indexWords(file, words, { rowid, titles: titleLine(title, heading), text, fields, language })
}

interface PassageWords { rowid: number, titles: string, text: string, fields: string, language: Language }

/** Makes a new passage's words searchable. */
function indexWords (file: CompanyFile, words: WordCounts, { rowid, titles, text, fields, language }: PassageWords): void {
  const inTitle = words.read(indexTokens(titles), language)
  const inText = words.read(textWords(text, fields), language)
  file.sql('INSERT INTO titles (rowid, stems) VALUES (?, ?)').run(rowid, stemsOf(inTitle))
  file.sql('INSERT INTO texts (rowid, stems) VALUES (?, ?)').run(rowid, stemsOf(inText))
  words.learn(inTitle, inText)
}

/** Reads the words of every passage again, within the caller's transaction: an older release had other stems. */
export function reindexWords (file: CompanyFile): void {
  for (const table of ['titles', 'texts', 'words', 'deletes', 'word_changes', 'fresh_words']) file.sql(`DELETE FROM ${table}`).run()
  const words = createWordCounts(file)
  const passages = file.sql('SELECT rowid, text, fields, language FROM passages ORDER BY rowid').iterate()
  for (const passage of passages as Iterable<Omit<PassageWords, 'titles'>>) {
    indexWords(file, words, { ...passage, titles: titlesOf(file, passage.rowid) })
  }
  words.write()
  keyWords(file, Number.MAX_SAFE_INTEGER)
  file.changed()
}

/** Finds the passage of the same index and language with the same content, of a document with the same readers and values. */
function findSame (file: CompanyFile, { index, language, document }: ChunkOwner, hashes: number[], text: string): number | null {
  if (hashes.length === 0) return null
  const found = file.rows(findPrints(hashes.length)).all(...hashes) as unknown as [number][]
  for (const passage of new Set(found.map(([passage]) => passage))) {
    const row = file
      .sql(
        `SELECT p.heading, p.text, p.original FROM passages p JOIN documents d ON d.rowid = p.document
        WHERE p.rowid = ? AND p.idx = ? AND p.language = ?
        AND (d.audience, d.traits) = (SELECT audience, traits FROM documents WHERE rowid = ?)`
      )
      .get(passage, index, language, document)
    if (!row) continue
    const whole = row.original === null ? (row.text as string) : zstdDecompressSync(row.original as Uint8Array).toString()
    if (sameText(text, `${row.heading as string}\n${whole}`)) return passage
  }
  return null
}

/** Finds the passages that share a number with a fingerprint, in the order of its numbers; for each number of them a statement. */
const printStatements: string[] = []

function findPrints (numbers: number): string {
  const newest = `SELECT * FROM (SELECT passage FROM prints WHERE hash = ? ORDER BY passage DESC LIMIT ${candidates})`
  printStatements[numbers] ??= Array<string>(numbers).fill(newest).join(' UNION ALL ')
  return printStatements[numbers]
}

function removeChunks (file: CompanyFile, words: WordCounts, document: number, limit: number): number {
  // Its places first: a passage must not pass to the document that is being removed.
  const own = file.sql('SELECT n, passage FROM places WHERE document = ? LIMIT ?').all(document, limit) as { n: number, passage: number }[]
  for (const { n, passage } of own) changeTitles(file, words, passage, () => removePlace(file, document, n))
  const passages = file.sql('SELECT rowid FROM passages WHERE document = ? LIMIT ?').all(document, limit - own.length) as {
    rowid: number
  }[]
  for (const { rowid } of passages) {
    const next = nextPlace(file, rowid)
    if (next) handOver(file, words, rowid, next)
    else removePassage(file, words, rowid)
  }
  return own.length + passages.length
}

function unshareChunks (file: CompanyFile, words: WordCounts, document: number, limit: number): number {
  const { title, url } = file.sql('SELECT title, url FROM documents WHERE rowid = ?').get(document) as { title: string, url: string }
  const places = file
    .sql('SELECT n, passage, heading, page FROM places WHERE document = ? LIMIT ?')
    .all(document, limit) as unknown as (Omit<NextPlace, 'title' | 'url'> & { passage: number })[]
  for (const { passage, ...place } of places) {
    changeTitles(file, words, passage, () => removePlace(file, document, place.n))
    copyPassage(file, words, passage, { ...place, document, title, url })
  }
  const owned = file
    .sql(
      `SELECT p.n, p.rowid AS passage, p.heading, p.page FROM passages p
      WHERE p.document = ? AND EXISTS (SELECT 1 FROM places l WHERE l.passage = p.rowid) LIMIT ?`
    )
    .all(document, limit - places.length) as typeof places
  for (const { passage, ...place } of owned) {
    const copy = () => copyPassage(file, words, passage, { ...place, document, title, url })
    handOver(file, words, passage, nextPlace(file, passage)!)
    copy()
  }
  return places.length + owned.length
}

/** Copies a passage to another place, with its vectors. */
function copyPassage (file: CompanyFile, words: WordCounts, from: number, to: NextPlace): void {
  const { document, n, heading, page, title, url } = to
  const rowid = Number(
    file
      .sql(
        `INSERT INTO passages (idx, language, title, text, url, fields, model, document, n, heading, page, tokens, original, print)
        SELECT idx, language, ?, text, ?, fields, model, ?, ?, ?, ?, tokens, original, print FROM passages WHERE rowid = ?`
      )
      .run(title, url, document, n, heading, page, from).lastInsertRowid
  )
  const { text, fields, language, print } = file.sql('SELECT text, fields, language, print FROM passages WHERE rowid = ?').get(rowid)!
  insertRows(file, 'prints', hashesOf(print as Uint8Array | null).map(hash => [hash, rowid]))
  indexWords(file, words, {
    rowid, titles: titleLine(title, heading), text: text as string, fields: fields as string, language: language as Language,
  })
  copyWindows(file, from, rowid)
}

interface NextPlace { document: number, n: number, heading: string, page: number | null, title: string, url: string }

function nextPlace (file: CompanyFile, passage: number): NextPlace | undefined {
  return file.sql(`SELECT l.document, l.n, l.heading, l.page, d.title, d.url FROM places l JOIN documents d ON d.rowid = l.document
    WHERE l.passage = ? ORDER BY d.idx = '${hidden}', l.document, l.n LIMIT 1`).get(passage) as unknown as NextPlace | undefined
}

/** Passes a passage on to its next place. Its vectors stay: they were made with another title, which changes them little. */
function handOver (file: CompanyFile, words: WordCounts, passage: number, { document, n, heading, page, title, url }: NextPlace): void {
  changeTitles(file, words, passage, () => {
    removePlace(file, document, n)
    file
      .sql('UPDATE passages SET document = ?, n = ?, heading = ?, page = ?, title = ?, url = ? WHERE rowid = ?')
      .run(document, n, heading, page, title, url, passage)
  })
}

function removePlace (file: CompanyFile, document: number, n: number): void {
  file.sql('DELETE FROM places WHERE document = ? AND n = ?').run(document, n)
}

function removePassage (file: CompanyFile, words: WordCounts, rowid: number): void {
  const row = file.sql('SELECT text, fields, language, print FROM passages WHERE rowid = ?').get(rowid)!
  const all = [...indexTokens(titlesOf(file, rowid)), ...textWords(row.text as string, row.fields as string)]
  words.forget(words.read(all, row.language as Language))
  removeWindows(file, rowid)
  for (const hash of hashesOf(row.print as Uint8Array | null)) {
    file.sql('DELETE FROM prints WHERE hash = ? AND passage = ?').run(hash, rowid)
  }
  for (const table of ['titles', 'texts', 'passages']) file.sql(`DELETE FROM ${table} WHERE rowid = ?`).run(rowid)
}

/** Returns the numbers of a stored fingerprint, each times its position. */
export function hashesOf (print: Uint8Array | null): number[] {
  // A copy: a view of 32-bit numbers must begin at a multiple of four.
  return print ? Array.from(new Uint32Array(print.slice().buffer), (number, position) => position * 2 ** 32 + number) : []
}

function rewriteText (file: CompanyFile, words: WordCounts, rowid: number, text: string): void {
  const row = file.sql('SELECT text, fields, language FROM passages WHERE rowid = ?').get(rowid)!
  const language = row.language as Language
  const fields = row.fields as string
  const inTitle = words.read(indexTokens(titlesOf(file, rowid)), language)
  const inText = words.read(textWords(text, fields), language)
  words.forget(inTitle, words.read(textWords(row.text as string, fields), language))
  words.learn(inTitle, inText)
  file.sql('UPDATE texts SET stems = ? WHERE rowid = ?').run(stemsOf(inText), rowid)
  removeWindows(file, rowid)
  file.sql('UPDATE passages SET text = ?, model = 0 WHERE rowid = ?').run(text, rowid)
}

/** Changes the places of a passage, and so the titles and headings that it is found by. */
function changeTitles (file: CompanyFile, words: WordCounts, passage: number, change: () => void): void {
  const before = titlesOf(file, passage)
  change()
  const after = titlesOf(file, passage)
  if (after === before) return
  const row = file.sql('SELECT text, fields, language FROM passages WHERE rowid = ?').get(passage)!
  const language = row.language as Language
  const inText = words.read(textWords(row.text as string, row.fields as string), language)
  const inTitle = words.read(indexTokens(after), language)
  words.forget(words.read(indexTokens(before), language), inText)
  words.learn(inTitle, inText)
  file.sql('UPDATE titles SET stems = ? WHERE rowid = ?').run(stemsOf(inTitle), passage)
}

/** Returns the title and heading of each place of a passage, each pair once, its own first. */
function titlesOf (file: CompanyFile, passage: number): string {
  const own = file.sql('SELECT title, heading FROM passages WHERE rowid = ?').get(passage)!
  const others = file
    .sql(
      `SELECT d.title, l.heading FROM places l JOIN documents d ON d.rowid = l.document
        WHERE l.passage = ? ORDER BY l.document, l.n LIMIT ?`
    )
    .all(passage, titledPlaces - 1)
  return [...new Set([own, ...others].map(({ title, heading }) => titleLine(title as string, heading as string)))].join('\n')
}

function titleLine (title: string, heading: string): string {
  return `${title}\n${heading}`
}

function textWords (text: string, fields: string): string[] {
  return indexTokens(`${text}\n${storedFactLines(fields)}`)
}
