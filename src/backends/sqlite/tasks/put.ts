// Writes documents, in slices: a question never waits long for one.
import { createHash, randomUUID } from 'node:crypto'
import { coded } from '../../../errors.ts'
import type { Chunk } from '../../../documents/content.ts'
import { estimateTokens } from '../../../language/token-count.ts'
import { factLines } from '../../../language/passage-lines.ts'
import { hashOfDocument, type IndexedDocument } from '../../../documents/document.ts'
import { keyWords, mergeCounts } from './spelling.ts'
import type { CompanyFile } from '../file.ts'
import { hidden } from '../schema.ts'
import type { Language } from '../../../types.ts'
import { chunksPerTask, documentRow, type DocumentRow } from '../document-row.ts'
import type { RejectedDocument } from '../../../documents/store.ts'
import { changeChunks, type ChunkChanges, type ChunkOwner } from './chunks.ts'
import { hide, rejectIfTooLarge } from './eviction.ts'
import { audienceNumber, removeValues, writeValues } from './selection.ts'

/** The most slices whose words one transaction counts. */
const mergedAtOnce = 6
/** The most words that one transaction adds to the spelling correction. */
const keyedAtOnce = 400

interface Target { index: string, language: Language }

export interface PutResult {
  written: number
  unchanged: number
  rejected: RejectedDocument[]
  /** Replaced documents that still have to be removed. */
  hidden: number[]
  version: string
}

export const tasks = {
  /**
   * Adds or replaces documents in one transaction; leaves unchanged ones alone.
   * @param slices leaves the slow parts to `removeHidden` and `countWords`; otherwise everything is done at once
   * @param maxTokens a document that can never fit beside the pinned ones is rejected
   */
  putDocuments (
    file: CompanyFile | null,
    {
      index,
      language,
      documents,
      slices = false,
      maxTokens = Infinity,
    }: Target & {
      documents: IndexedDocument[]
      slices?: boolean
      maxTokens?: number
    }
  ): PutResult {
    const result: PutResult = { written: 0, unchanged: 0, rejected: [], hidden: [], version: '' }
    let room = slices ? chunksPerTask : Number.MAX_SAFE_INTEGER
    changeChunks(file!, slices, changes => {
      for (const document of documents) {
        const old = file!.sql('SELECT rowid, hash, chunks FROM documents WHERE idx = ? AND id = ?').get(index, document.id) as
          { rowid: number; hash: string; chunks: number } | undefined
        if (old?.hash === hashOfDocument(language, document)) {
          result.unchanged++
          continue
        }
        const chunks = chunksOf(document)
        const row = documentRow(language, document, chunks)
        const rejected = rejectIfTooLarge(file!, index, row, maxTokens)
        if (rejected) {
          result.rejected.push(rejected)
          continue
        }
        const rowid = insertHidden(file!, index, row)
        putChunks(changes, { index, language, title: document.title, url: document.url, document: rowid }, chunks, document.fields)
        // The old one last: passages that both contain are passed on with their vectors.
        publish(file!, index, document.id, rowid)
        if (old && old.chunks > room) result.hidden.push(old.rowid)
        else if (old) {
          removeWhole(file!, changes, old.rowid)
          room -= old.chunks
        }
        result.written++
      }
      if (result.written > 0) file!.changed()
    })
    if (!slices) file!.transaction(() => keyWords(file!, Number.MAX_SAFE_INTEGER))
    return { ...result, version: file!.version() }
  },

  /** Returns the ids of the documents that are already stored in this version. */
  unchangedDocuments (
    file: CompanyFile | null,
    { index, documents }: { index: string; documents: { id: string; hash: string }[] }
  ): string[] {
    const find = file?.sql('SELECT hash FROM documents WHERE idx = ? AND id = ?')
    return documents.filter(({ id, hash }) => find?.get(index, id)?.hash === hash).map(({ id }) => id)
  },

  /** Starts a document that is written in slices; no search finds it until it is published. */
  beginDocument (
    file: CompanyFile | null,
    { index, row, maxTokens }: { index: string; row: DocumentRow; maxTokens: number }
  ): { document: number } | { unchanged: true } | { rejected: RejectedDocument } {
    const old = file!.sql('SELECT hash FROM documents WHERE idx = ? AND id = ?').get(index, row.id)
    if (old?.hash === row.hash) return { unchanged: true }
    const rejected = rejectIfTooLarge(file!, index, row, maxTokens)
    return rejected ? { rejected } : { document: file!.transaction(() => insertHidden(file!, index, row)) }
  },

  /** Adds a slice; throws when another process has removed the document. @param fields its facts, with the first slice */
  appendChunks (
    file: CompanyFile | null,
    {
      index,
      language,
      document,
      title,
      url,
      chunks,
      fields,
    }: Target & {
      document: number
      title: string
      url: string
      chunks: Chunk[]
      fields: [string, string][]
    }
  ): void {
    if (!file) throw gone()
    changeChunks(file, true, changes => {
      mustBeHidden(file, document)
      putChunks(changes, { index, language, title, url, document }, chunks, fields)
    })
  },

  /** Shows a document that was written in slices. @returns the document that it replaced, which is hidden now */
  publishDocument (
    file: CompanyFile | null,
    { index, id, document }: { index: string; id: string; document: number }
  ): { hidden: number[]; version: string } {
    if (!file) throw gone()
    const old = file.transaction(() => {
      mustBeHidden(file, document)
      file.changed()
      return publish(file, index, id, document)
    })
    return { hidden: old === undefined ? [] : [old], version: file.version() }
  },

  /** Counts the words of written slices, then adds new ones to the spelling correction. @returns true if there may be more */
  countWords (file: CompanyFile | null, _: null): boolean {
    return file !== null && file.transaction(() => mergeCounts(file, mergedAtOnce) || keyWords(file, keyedAtOnce))
  },

  /**
   * Returns the documents of an index, with their hashes, that were certainly written uncut. An uploaded one was cut: it
   * has the hash of its upload, after its language.
   */
  wholeDocuments (file: CompanyFile | null, { index }: { index: string }): [id: string, hash: string][] {
    if (!file) return []
    return file
      .rows(
        `SELECT id, hash FROM documents d WHERE idx = ? AND chunks = 1 AND pinned = 0 AND instr(hash, ':') = 0
      AND EXISTS (SELECT 1 FROM passages p WHERE p.document = d.rowid
        AND p.n = 0 AND p.heading = '' AND p.page IS NULL AND p.print IS NULL)`
      )
      .all(index) as unknown as [string, string][]
  },
}

/** Returns a document's chunks. A document that was written uncut is a single chunk; its tokens are estimated. */
function chunksOf ({ text, fields, chunks }: IndexedDocument): Chunk[] {
  return chunks ?? [{ n: 0, text, headings: [], tokens: estimateTokens(`${text}\n${factLines(fields)}`) }]
}

function putChunks (changes: ChunkChanges, owner: ChunkOwner, chunks: Chunk[], fields: [string, string][]): void {
  // The facts come with the first chunk only.
  for (const chunk of chunks) changes.put(owner, chunk, chunk === chunks[0] ? fields : [])
}

function insertHidden (file: CompanyFile, index: string, row: DocumentRow): number {
  const { id, hash, title, url, chunks, tokens, access, keepsAccess, values } = row
  const kept = access ? undefined : keptAccess(file, index, id, keepsAccess)
  const { lastInsertRowid } = file
    .sql(
      `INSERT INTO documents (idx, id, hash, title, url, chunks, tokens, updated_at, audience, keeps_access, traits)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    )
    .run(
      hidden, randomUUID(), hash, title, url, chunks, tokens, Date.now(), kept ?? audienceNumber(file, access), kept === undefined ? 0 : 1,
      values.length === 0 ? '' : createHash('sha256').update(JSON.stringify(values)).digest('base64url').slice(0, 22)
    )
  writeValues(file, Number(lastInsertRowid), values)
  return Number(lastInsertRowid)
}

/**
 * Returns the access list that a document with an id leaves to the one that replaces it; undefined when it leaves none.
 * @param isAny also a list that was not set by hand
 */
function keptAccess (file: CompanyFile, index: string, id: string, isAny = false): number | undefined {
  const row = file
    .sql('SELECT audience FROM documents WHERE idx = ? AND id = ? AND audience > 0 AND (keeps_access = 1 OR ?)')
    .get(index, id, isAny ? 1 : 0)
  return row?.audience as number | undefined
}

function mustBeHidden (file: CompanyFile, document: number): void {
  if (!file.sql('SELECT 1 FROM documents WHERE rowid = ? AND idx = ?').get(document, hidden)) throw gone()
}

/** Creates the error for a started document that was removed meanwhile, by another process or with its file. */
function gone (): Error {
  return coded('SEARCH_UNAVAILABLE', 'Another process writes this company\'s documents.')
}

/** Shows a hidden document under its id, and hides the document that had the id. @returns the hidden one */
function publish (file: CompanyFile, index: string, id: string, rowid: number): number | undefined {
  const old = file.sql('SELECT rowid, pinned, cited_at, cited FROM documents WHERE idx = ? AND id = ?').get(index, id) as
    { rowid: number; pinned: number; cited_at: number; cited: number } | undefined
  const kept = keptAccess(file, index, id)
  const own = file.sql('SELECT audience, keeps_access FROM documents WHERE rowid = ?').get(rowid)!
  // Set by another process since the document was begun.
  if (kept !== undefined && own.audience !== kept && (own.audience === 0 || own.keeps_access === 1)) throw gone()
  if (old) hide(file, old.rowid)
  file.sql('UPDATE documents SET idx = ?, id = ?, pinned = ?, cited_at = ?, cited = ?, updated_at = ? WHERE rowid = ?')
    .run(index, id, old?.pinned ?? 0, old?.cited_at ?? 0, old?.cited ?? 0, Date.now(), rowid)
  return old?.rowid
}

function removeWhole (file: CompanyFile, changes: ChunkChanges, rowid: number): void {
  changes.remove(rowid, Number.MAX_SAFE_INTEGER)
  file.sql('DELETE FROM documents WHERE rowid = ?').run(rowid)
  removeValues(file, rowid)
}
