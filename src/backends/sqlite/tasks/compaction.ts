// Compacts stored passages, or restores them: a few in each task.
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { compress } from '../../../compress/compress.ts'
import { kindOf } from '../../../compress/kind.ts'
import { storedFactLines } from './vectors.ts'
import type { CompanyFile } from '../file.ts'
import { hidden } from '../schema.ts'
import type { Language } from '../../../types.ts'
import { changeChunks, type ChunkChanges } from './chunks.ts'

/** `conservative` compacts only logs: their templates with counts, and the rare lines, contain nearly everything. */
export type CompactionMode = 'adaptive' | 'aggressive' | 'conservative'

export interface CompactionRequest {
  mode: CompactionMode
  keepOriginal: boolean
  /** Ms since 1970: documents that were written or cited later are left alone. */
  usedBefore: number
  /** Tokens to save: once they are saved, no further document is started. */
  wanted: number
  /** The last document that was checked. */
  after: AgePosition
}

/** A document's position in the order of age: the first was cited or written longest ago. */
export interface AgePosition { age: number, document: number }

export interface CompactionStep {
  /** Tokens. */
  saved: number
  /** null = all have been checked. */
  after: AgePosition | null
  version: string
}

export interface RestorationStep {
  /** Tokens. */
  added: number
  /** The last document that was restored; null = there are no others, or there is no room. */
  after: number | null
  version: string
}

/** Ms after which a task starts no further passage: questions are answered between two tasks. */
const taskMs = 2
/** A longer passage would occupy the thread for longer than that. Chunks of a file are shorter; an uncut document may not be. */
const longestPassage = 16_000
/** Share by which a passage has to get shorter; otherwise it is left whole, since it would lose text and save nothing. */
const leastSaved = 0.1
/** A document with this many citations is not compacted, and is restored. */
const oftenCited = 3
/** The most documents that a task checks. */
const documentsPerTask = 200

/** For a document that cannot get shorter, `compacted_at` is the level of the mode that tried; a mode of a higher level tries again. */
const levels = { conservative: 1, adaptive: 2, aggressive: 3 }
/** From this value on, `compacted_at` is the time of the compaction, ms since 1970. */
export const compactedFrom = 4

/** Key of the document that is being compacted: a crash, or the end of a task, may happen between its passages. */
const progressKey = 'condensing'
interface Progress { document: number, n: number, saved: number }

export const tasks = {
  /** Returns the tokens of all stored passages. */
  storedTokens (file: CompanyFile | null, _: null): number {
    return (file?.sql('SELECT coalesce(sum(tokens), 0) AS tokens FROM passages').get() as { tokens: number } | undefined)?.tokens ?? 0
  },

  /** Compacts passages of documents that are old, not pinned and not often cited, in one transaction. */
  compactDocuments (file: CompanyFile | null, { mode, keepOriginal, usedBefore, wanted, after }: CompactionRequest): CompactionStep {
    if (!file) return { saved: 0, after: null, version: '0' }
    const end = performance.now() + taskMs
    const rows = file
      .sql(
        `SELECT rowid AS document, max(cited_at, updated_at) AS age, cited, compacted_at FROM documents
      WHERE pinned = 0 AND idx <> '${hidden}' AND max(cited_at, updated_at) < ? AND (max(cited_at, updated_at), rowid) > (?, ?)
      ORDER BY max(cited_at, updated_at), rowid LIMIT ?`
      )
      .all(usedBefore, after.age, after.document, documentsPerTask) as unknown as (AgePosition & {
      cited: number
      compacted_at: number
    })[]
    return changeChunks(file, true, chunks => {
      let saved = 0
      let last = after
      const ended = (next: AgePosition | null) => ({ saved, after: next, version: file.version() })
      for (const { document, age, cited, compacted_at: at } of rows) {
        if (cited < oftenCited && at < levels[mode]) {
          const one = compactDocument(file, chunks, document, { mode, keepOriginal, end })
          saved += one.saved
          if (!one.ended) return ended(last)
        }
        last = { age, document }
        if (performance.now() >= end || saved >= wanted) return ended(last)
      }
      return ended(rows.length < documentsPerTask ? null : last)
    })
  },

  /**
   * Restores passages of compacted documents that are pinned or often cited, in one transaction.
   * @param room the tokens that may be added
   */
  restoreDocuments (file: CompanyFile | null, { after, room }: { after: number, room: number }): RestorationStep {
    const end = performance.now() + taskMs
    const row = file
      ?.sql(
        `SELECT rowid FROM documents WHERE compacted_at >= ${compactedFrom} AND (pinned = 1 OR cited >= ${oftenCited})
          AND idx <> '${hidden}' AND rowid > ? ORDER BY rowid LIMIT 1`
      )
      .get(after)
    if (!file || !row) return { added: 0, after: null, version: file?.version() ?? '0' }
    const document = row.rowid as number
    return changeChunks(file, true, chunks => {
      let added = 0
      let any = false
      for (;;) {
        const passage = file
          .sql(`SELECT ${columns}, original FROM passages WHERE document = ? AND original IS NOT NULL ORDER BY n LIMIT 1`)
          .get(document) as unknown as (Stored & { original: Uint8Array }) | undefined
        if (!passage) break
        if (any && performance.now() >= end) return { added, after, version: file.version() }
        const text = zstdDecompressSync(passage.original).toString()
        const more = tokensOf(passage, text) - passage.tokens
        if (added + more > room) return { added, after: null, version: file.version() }
        file.sql('UPDATE passages SET original = NULL WHERE rowid = ?').run(passage.rowid)
        replaceText(file, chunks, document, passage, text, more)
        setPrints(file, passage, true)
        added += more
        any = true
        file
          .sql(
            `UPDATE documents SET compacted_at = 0 WHERE rowid = ?1
              AND NOT EXISTS (SELECT 1 FROM passages WHERE document = ?1 AND original IS NOT NULL)`
          )
          .run(document)
      }
      return { added, after: document, version: file.version() }
    })
  },
}

interface Stored { rowid: number, n: number, language: Language, text: string, fields: string, tokens: number, print: Uint8Array | null }
const columns = 'rowid, n, language, text, fields, tokens, print'

function compactDocument (
  file: CompanyFile,
  chunks: ChunkChanges,
  document: number,
  { mode, keepOriginal, end }: { mode: CompactionMode; keepOriginal: boolean; end: number }
): { saved: number; ended: boolean } {
  const kept = file.meta(progressKey)
  const before = kept === undefined ? null : (JSON.parse(kept) as Progress)
  const progress = before?.document === document ? before : { document, n: -1, saved: 0 }
  let saved = 0
  for (let first = true; ; first = false) {
    // A passage that other documents share is not compacted; one that is too long is skipped.
    const passage = file
      .sql(
        `SELECT ${columns} FROM passages p WHERE document = ? AND n > ? AND original IS NULL AND tokens > 0
      AND length(text) <= ${longestPassage}
      AND NOT EXISTS (SELECT 1 FROM places WHERE passage = p.rowid) ORDER BY n LIMIT 1`
      )
      .get(document, progress.n) as unknown as Stored | undefined
    if (!passage) break
    if (!first && performance.now() >= end) {
      file.setMeta(progressKey, JSON.stringify(progress))
      return { saved, ended: false }
    }
    const less = compactPassage(file, chunks, document, passage, { mode, keepOriginal })
    saved += less
    progress.saved += less
    progress.n = passage.n
  }
  file.sql('DELETE FROM meta WHERE key = ?').run(progressKey)
  file.sql('UPDATE documents SET compacted_at = ? WHERE rowid = ?').run(progress.saved > 0 ? Date.now() : levels[mode], document)
  return { saved, ended: true }
}

/** @returns the saved tokens; 0 when the passage is left whole */
function compactPassage (
  file: CompanyFile,
  chunks: ChunkChanges,
  document: number,
  passage: Stored,
  { mode, keepOriginal }: { mode: CompactionMode; keepOriginal: boolean }
): number {
  const { rowid, text, language } = passage
  const kind = kindOf(text)
  if (mode === 'conservative' && kind !== 'logs') return 0
  const shorter = compress(text, { mode: mode === 'conservative' ? 'adaptive' : mode, kind, language }).text
  const less = passage.tokens - tokensOf(passage, shorter)
  if (less < 1 || shorter.length > text.length * (1 - leastSaved)) return 0
  if (keepOriginal) file.sql('UPDATE passages SET original = ? WHERE rowid = ?').run(zstdCompressSync(text), rowid)
  replaceText(file, chunks, document, passage, shorter, -less)
  // A chunk with the same content is stored whole from now on, and does not become a place of this passage.
  setPrints(file, passage, false)
  return less
}

/** Replaces a passage's text, within the caller's transaction. */
function replaceText (file: CompanyFile, chunks: ChunkChanges, document: number, { rowid }: Stored, text: string, tokens: number): void {
  chunks.rewrite(rowid, text)
  file.sql('UPDATE passages SET tokens = tokens + ? WHERE rowid = ?').run(tokens, rowid)
  file.sql('UPDATE documents SET tokens = tokens + ? WHERE rowid = ?').run(tokens, document)
  file.changed()
}

/** Estimates a passage's tokens with another text, by its characters and those of its facts; may be one off after a restore. */
function tokensOf ({ text, fields, tokens }: Stored, other: string): number {
  const facts = storedFactLines(fields).length + 1
  return Math.max(1, Math.round(tokens * (other.length + facts) / (text.length + facts)))
}

/** Sets whether chunks with the same content find a passage; its fingerprint stays with it. */
function setPrints (file: CompanyFile, { rowid, print }: Stored, found: boolean): void {
  if (!print) return
  for (const [position, number] of new Uint32Array(print.slice().buffer).entries()) {
    file
      .sql(found ? 'INSERT OR IGNORE INTO prints VALUES (?, ?)' : 'DELETE FROM prints WHERE hash = ? AND passage = ?')
      .run(position * 2 ** 32 + number, rowid)
  }
}
