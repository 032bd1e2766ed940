// The store thread's part of the embedded engine that writes: documents, then their vectors.
import { createHash } from 'node:crypto'
import { stem, tokens } from '../query/words.ts'
import { placeholders, type CompanyFile } from '../store/file.ts'
import { vectorTable } from '../store/schema.ts'
import type { Language } from '../types.ts'
import type { Chunk } from '../ingest/content.ts'
import type { IndexedDocument } from './engine.ts'
import { forgetWords, learnWords } from './spelling.ts'

export interface PendingPassage { rowid: number, index: string, title: string, text: string }

export const tasks = {
  /** Adds or replaces documents in one transaction; one that has not changed is left alone. */
  putDocuments (file: CompanyFile | null, { index, language, documents }: {
    index: string, language: Language, documents: IndexedDocument[]
  }): { written: number, unchanged: number, version: string } {
    let written = 0
    file!.transaction(() => {
      for (const document of documents) if (putDocument(file!, index, language, document)) written++
      if (written > 0) file!.changed()
    })
    return { written, unchanged: documents.length - written, version: file!.version() }
  },

  /** Removes the documents of an index that are not among `keep`. */
  keepDocuments (file: CompanyFile | null, { index, keep }: { index: string, keep: string[] }): { removed: number, version: string } {
    if (!file) return { removed: 0, version: '0' }
    const kept = new Set(keep)
    const rows = file.sql('SELECT rowid, id FROM documents WHERE idx = ?').all(index) as { rowid: number, id: string }[]
    const gone = rows.filter(row => !kept.has(row.id))
    file.transaction(() => {
      for (const { rowid } of gone) removeDocument(file, rowid)
      if (gone.length > 0) file.changed()
    })
    return { removed: gone.length, version: file.version() }
  },

  /** Index kinds that hold documents. */
  indexKinds (file: CompanyFile | null, _: null): string[] {
    return (file?.sql('SELECT DISTINCT idx FROM documents').all() ?? []).map(row => row.idx as string)
  },

  /** Passages without vectors, at most `limit`, beyond rowid `after`. */
  pendingPassages (file: CompanyFile | null, { after, limit }: { after: number, limit: number }): PendingPassage[] {
    const rows = file?.sql('SELECT rowid, idx, title, heading, text, fields FROM passages WHERE model = 0 AND rowid > ? ORDER BY rowid LIMIT ?').all(after, limit) ?? []
    return rows.map(row => ({
      rowid: row.rowid as number,
      index: row.idx as string,
      title: titleOf(row),
      text: (row.text || factLines(row.fields as string)) as string,
    }))
  },

  /**
   * Stores the vectors of passages, all of one model. A passage that is gone or has changed since (its text's
   * vectors would be wrong) is passed over: it is pending again.
   */
  putVectors (file: CompanyFile | null, { model, passages }: {
    model: string, passages: (PendingPassage & { vectors: Float32Array[] })[]
  }): { version: string } {
    if (!file) return { version: '0' }
    if (passages.length === 0) return { version: file.version() }
    file.transaction(() => {
      let stored = 0
      const { number, dimensions } = modelNumber(file, model, passages[0]?.vectors[0]?.length ?? 0)
      for (const { rowid, title, text, vectors } of passages) {
        const row = file.sql('SELECT title, heading, text, fields FROM passages WHERE rowid = ?').get(rowid)
        if (!row || titleOf(row) !== title || (row.text || factLines(row.fields as string)) !== text) continue
        removeWindows(file, rowid)
        for (const vector of vectors) {
          if (vector.length !== dimensions) throw new Error(`${model}: a vector of ${vector.length}, expected ${dimensions}`)
          const { lastInsertRowid } = file.sql('INSERT INTO windows (passage, model) VALUES (?, ?)').run(rowid, number)
          file.sql(`INSERT INTO ${vectorTable(number)} (rowid, embedding) VALUES (?, ?)`).run(BigInt(lastInsertRowid), bytes(vector))
        }
        file.sql('UPDATE passages SET model = ? WHERE rowid = ?').run(number, rowid)
        stored++
      }
      if (stored > 0) file.changed()
    })
    return { version: file.version() }
  },

  /** Makes the vectors of every passage of these indexes pending again that another model than `model` made. */
  dropOtherVectors (file: CompanyFile | null, { model, indexes }: { model: string, indexes: string[] }): { dropped: number } {
    if (!file || indexes.length === 0) return { dropped: 0 }
    const rows = file.db.prepare(`SELECT p.rowid FROM passages p JOIN models m ON m.model = p.model
      WHERE m.id <> ? AND p.idx IN ${placeholders(indexes)}`).all(model, ...indexes)
    file.transaction(() => {
      for (const { rowid } of rows) {
        removeWindows(file, rowid as number)
        file.sql('UPDATE passages SET model = 0 WHERE rowid = ?').run(rowid as number)
      }
      if (rows.length > 0) file.changed()
    })
    return { dropped: rows.length }
  },

  getMeta: (file: CompanyFile | null, key: string): string | undefined => file?.meta(key),
  setMeta (file: CompanyFile | null, { key, value }: { key: string, value: string }): void {
    file?.setMeta(key, value)
  },
}

/** What a passage is embedded under: its document's title, and its headings. */
function titleOf ({ title, heading }: Record<string, unknown>): string {
  return [title, heading].filter(Boolean).join(headingSign)
}

/** Short facts as lines of text: searchable, and readable as `Label: value`. */
function factLines (fields: string): string {
  return (JSON.parse(fields) as [string, string][]).map(([label, value]) => `${label} : ${value}`).join('\n')
}

/** @returns false when it is there already, unchanged */
function putDocument (file: CompanyFile, index: string, language: Language, document: IndexedDocument): boolean {
  const { id, title, text, url, chunks } = document
  const fields = JSON.stringify(document.fields)
  const hash = createHash('sha256').update(JSON.stringify([language, title, text, url, fields, ...(chunks ? [chunks] : [])])).digest('base64url')
  const old = file.sql('SELECT rowid, hash FROM documents WHERE idx = ? AND id = ?').get(index, id) as { rowid: number, hash: string } | undefined
  if (old?.hash === hash) return false
  if (old) removePassages(file, old.rowid)
  const pieces: Chunk[] = chunks ?? [{ n: 0, text, headings: [], tokens: 0 }]
  const { rowid } = file.sql(`INSERT INTO documents (idx, id, hash, title, url, chunks, tokens, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET hash = excluded.hash, title = excluded.title, url = excluded.url, chunks = excluded.chunks, tokens = excluded.tokens, updated_at = excluded.updated_at
    RETURNING rowid`).get(index, id, hash, title, url, pieces.length, pieces.reduce((sum, { tokens }) => sum + tokens, 0), Date.now()) as { rowid: number }
  for (const piece of pieces) {
    // The facts stand with the first piece: once is enough.
    putPassage(file, { index, language, title, url, document: rowid, doc: pieces.length === 1 ? id : `${id}#${piece.n}`, fields: piece === pieces[0] ? fields : '[]' }, piece)
  }
  return true
}

interface Whole { index: string, language: Language, title: string, url: string, document: number, doc: string, fields: string }

function putPassage (file: CompanyFile, { index, language, title, url, document, doc, fields }: Whole, { n, text, headings, page, tokens: size }: Chunk): void {
  const heading = headings.join(headingSign)
  const { lastInsertRowid: rowid } = file.sql('INSERT INTO passages (idx, doc, language, title, text, url, fields, document, n, heading, page, tokens) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(index, doc, language, title, text, url, fields, document, n, heading, page ?? null, size)
  const words = passageWords(title, heading, text, fields)
  const stems = (words: string[]) => words.map(word => stem(word, language)).join(' ')
  file.sql('INSERT INTO titles (rowid, stems) VALUES (?, ?)').run(rowid, stems(words.title))
  file.sql('INSERT INTO texts (rowid, stems) VALUES (?, ?)').run(rowid, stems(words.text))
  learnWords(file, [...words.title, ...words.text], language)
}

/** What stands between the headings of a passage. */
const headingSign = ' › '

function passageWords (title: string, heading: string, text: string, fields: string): { title: string[], text: string[] } {
  return { title: tokens(`${title}\n${heading}`), text: tokens(`${text}\n${factLines(fields)}`) }
}

/** Removes a document with its pieces, within the caller's transaction. */
export function removeDocument (file: CompanyFile, rowid: number): void {
  removePassages(file, rowid)
  file.sql('DELETE FROM documents WHERE rowid = ?').run(rowid)
}

function removePassages (file: CompanyFile, document: number): void {
  for (const row of file.sql('SELECT rowid, title, heading, text, fields, language FROM passages WHERE document = ?').all(document)) {
    const rowid = row.rowid as number
    removeWindows(file, rowid)
    const words = passageWords(row.title as string, row.heading as string, row.text as string, row.fields as string)
    forgetWords(file, [...words.title, ...words.text], row.language as Language)
    for (const table of ['titles', 'texts', 'passages']) file.sql(`DELETE FROM ${table} WHERE rowid = ?`).run(rowid)
  }
}

function removeWindows (file: CompanyFile, passage: number): void {
  for (const { rowid, model } of file.sql('SELECT rowid, model FROM windows WHERE passage = ?').all(passage) as { rowid: number, model: number }[]) {
    file.sql(`DELETE FROM ${vectorTable(model)} WHERE rowid = ?`).run(BigInt(rowid))
  }
  file.sql('DELETE FROM windows WHERE passage = ?').run(passage)
}

/** The model's number in this file, with its vec0 table made on first use. */
function modelNumber (file: CompanyFile, id: string, dimensions: number): { number: number, dimensions: number } {
  const known = file.sql('SELECT model AS number, dimensions FROM models WHERE id = ?').get(id) as { number: number, dimensions: number } | undefined
  if (known) return known
  const number = Number(file.sql('INSERT INTO models (id, dimensions) VALUES (?, ?)').run(id, dimensions).lastInsertRowid)
  file.db.exec(`CREATE VIRTUAL TABLE ${vectorTable(number)} USING vec0(embedding float[${dimensions}] distance_metric=cosine, chunk_size=256)`)
  return { number, dimensions }
}

function bytes (vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
}
