// The store thread's part of the compaction: a few passages a task condensed, or made whole again.
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { compress } from '../../../compress/compress.ts'
import { kindOf } from '../../../compress/kind.ts'
import { storedFactLines } from './vectors.ts'
import type { CompanyFile } from '../file.ts'
import { hidden } from '../schema.ts'
import type { Language } from '../../../types.ts'
import { withPieces, type Pieces } from './chunks.ts'

/** `conservative` condenses logs alone: their forms with counts, and the rare lines, say nearly all. */
export type CompactionMode = 'adaptive' | 'aggressive' | 'conservative'

export interface Condensing {
  mode: CompactionMode
  keepOriginal: boolean
  /** Ms since 1970: what was put in or cited after that is left alone. */
  usedBefore: number
  /** Tokens to save: no further document is begun when they are. */
  wanted: number
  /** The last document that was looked at. */
  after: Place
}

/** A document in the order of age: the one that was cited or put in longest ago is the first. */
export interface Place { age: number, document: number }

export interface Condensed {
  /** Tokens. */
  saved: number
  /** null = all have been looked at. */
  after: Place | null
  version: string
}

export interface Restored {
  /** Tokens. */
  added: number
  /** The last document that was made whole; null = there are no others, or no room. */
  after: number | null
  version: string
}

/** Ms after which a task begins no further passage: questions come between. */
const taskMs = 2
/** A longer passage would hold the store's thread for more than that. What is cut from a file is shorter; what is put in whole may not be. */
const longestPassage = 16_000
/** A passage that gets shorter by less than this share is left whole: it would lose and gain nothing. */
const leastSaved = 0.1
/** From so many citations a document is often cited: it is not condensed, and is made whole again. */
const oftenCited = 3
/** Documents that a task looks at. */
const lookedAt = 200

/** A document that cannot get shorter has the level of the mode that tried in `compacted_at`: a mode that leaves out more tries again. */
const levels = { conservative: 1, adaptive: 2, aggressive: 3 }
/** `compacted_at` above this is when the document was condensed, ms since 1970. */
export const condensedFrom = 4

/** Where the document is kept that is being condensed: a crash, or the end of a task, comes between its passages. */
const progressKey = 'condensing'
interface Progress { document: number, n: number, saved: number }

export const tasks = {
  /** Tokens of all that is stored. */
  storedTokens (file: CompanyFile | null, _: null): number {
    return (file?.sql('SELECT coalesce(sum(tokens), 0) AS tokens FROM passages').get() as { tokens: number } | undefined)?.tokens ?? 0
  },

  /** Condenses passages of documents that are old, not pinned and not often cited, in one transaction. */
  condenseDocuments (file: CompanyFile | null, { mode, keepOriginal, usedBefore, wanted, after }: Condensing): Condensed {
    if (!file) return { saved: 0, after: null, version: '0' }
    const end = performance.now() + taskMs
    const rows = file.sql(`SELECT rowid AS document, max(cited_at, updated_at) AS age, cited, compacted_at FROM documents
      WHERE pinned = 0 AND idx <> '${hidden}' AND max(cited_at, updated_at) < ? AND (max(cited_at, updated_at), rowid) > (?, ?)
      ORDER BY max(cited_at, updated_at), rowid LIMIT ?`).all(usedBefore, after.age, after.document, lookedAt) as unknown as (Place & { cited: number, compacted_at: number })[]
    return withPieces(file, true, pieces => {
      let saved = 0
      let last = after
      const ended = (next: Place | null) => ({ saved, after: next, version: file.version() })
      for (const { document, age, cited, compacted_at: at } of rows) {
        if (cited < oftenCited && at < levels[mode]) {
          const one = condenseDocument(file, pieces, document, { mode, keepOriginal, end })
          saved += one.saved
          if (!one.ended) return ended(last)
        }
        last = { age, document }
        if (performance.now() >= end || saved >= wanted) return ended(last)
      }
      return ended(rows.length < lookedAt ? null : last)
    })
  },

  /**
   * Makes passages whole again of condensed documents that are pinned or often cited, in one transaction.
   * @param room tokens that may come back
   */
  restoreDocuments (file: CompanyFile | null, { after, room }: { after: number, room: number }): Restored {
    const end = performance.now() + taskMs
    const row = file?.sql(`SELECT rowid FROM documents WHERE compacted_at >= ${condensedFrom} AND (pinned = 1 OR cited >= ${oftenCited}) AND idx <> '${hidden}' AND rowid > ? ORDER BY rowid LIMIT 1`).get(after)
    if (!file || !row) return { added: 0, after: null, version: file?.version() ?? '0' }
    const document = row.rowid as number
    return withPieces(file, true, pieces => {
      let added = 0
      let any = false
      for (;;) {
        const passage = file.sql(`SELECT ${columns}, original FROM passages WHERE document = ? AND original IS NOT NULL ORDER BY n LIMIT 1`).get(document) as unknown as Stored & { original: Uint8Array } | undefined
        if (!passage) break
        if (any && performance.now() >= end) return { added, after, version: file.version() }
        const text = zstdDecompressSync(passage.original).toString()
        const more = tokensOf(passage, text) - passage.tokens
        if (added + more > room) return { added, after: null, version: file.version() }
        file.sql('UPDATE passages SET original = NULL WHERE rowid = ?').run(passage.rowid)
        change(file, pieces, document, passage, text, more)
        setPrints(file, passage, true)
        added += more
        any = true
        file.sql('UPDATE documents SET compacted_at = 0 WHERE rowid = ?1 AND NOT EXISTS (SELECT 1 FROM passages WHERE document = ?1 AND original IS NOT NULL)').run(document)
      }
      return { added, after: document, version: file.version() }
    })
  },
}

interface Stored { rowid: number, n: number, language: Language, text: string, fields: string, tokens: number, print: Uint8Array | null }
const columns = 'rowid, n, language, text, fields, tokens, print'

function condenseDocument (file: CompanyFile, pieces: Pieces, document: number, { mode, keepOriginal, end }: { mode: CompactionMode, keepOriginal: boolean, end: number }): { saved: number, ended: boolean } {
  const kept = file.meta(progressKey)
  const before = kept === undefined ? null : JSON.parse(kept) as Progress
  const progress = before?.document === document ? before : { document, n: -1, saved: 0 }
  let saved = 0
  for (let first = true; ; first = false) {
    // What other documents hold too is not this one's to condense. What is too long is passed over here.
    const passage = file.sql(`SELECT ${columns} FROM passages p WHERE document = ? AND n > ? AND original IS NULL AND tokens > 0 AND length(text) <= ${longestPassage}
      AND NOT EXISTS (SELECT 1 FROM places WHERE passage = p.rowid) ORDER BY n LIMIT 1`).get(document, progress.n) as unknown as Stored | undefined
    if (!passage) break
    if (!first && performance.now() >= end) {
      file.setMeta(progressKey, JSON.stringify(progress))
      return { saved, ended: false }
    }
    const less = condensePassage(file, pieces, document, passage, { mode, keepOriginal })
    saved += less
    progress.saved += less
    progress.n = passage.n
  }
  file.sql('DELETE FROM meta WHERE key = ?').run(progressKey)
  file.sql('UPDATE documents SET compacted_at = ? WHERE rowid = ?').run(progress.saved > 0 ? Date.now() : levels[mode], document)
  return { saved, ended: true }
}

/** @returns the tokens that are saved; 0 when it is left whole */
function condensePassage (file: CompanyFile, pieces: Pieces, document: number, passage: Stored, { mode, keepOriginal }: { mode: CompactionMode, keepOriginal: boolean }): number {
  const { rowid, text, language } = passage
  const kind = kindOf(text)
  if (mode === 'conservative' && kind !== 'logs') return 0
  const shorter = compress(text, { mode: mode === 'conservative' ? 'adaptive' : mode, kind, language }).text
  const less = passage.tokens - tokensOf(passage, shorter)
  if (less < 1 || shorter.length > text.length * (1 - leastSaved)) return 0
  if (keepOriginal) file.sql('UPDATE passages SET original = ? WHERE rowid = ?').run(zstdCompressSync(text), rowid)
  change(file, pieces, document, passage, shorter, -less)
  // What says the same is put in whole from now on, and does not become a place of this.
  setPrints(file, passage, false)
  return less
}

/** Gives a passage its other text, within the caller's transaction. */
function change (file: CompanyFile, pieces: Pieces, document: number, { rowid }: Stored, text: string, tokens: number): void {
  pieces.rewrite(rowid, text)
  file.sql('UPDATE passages SET tokens = tokens + ? WHERE rowid = ?').run(tokens, rowid)
  file.sql('UPDATE documents SET tokens = tokens + ? WHERE rowid = ?').run(tokens, document)
  file.changed()
}

/** About so many tokens has the passage with another text: by its characters, its facts counted. There and back it may be one more or less. */
function tokensOf ({ text, fields, tokens }: Stored, other: string): number {
  const facts = storedFactLines(fields).length + 1
  return Math.max(1, Math.round(tokens * (other.length + facts) / (text.length + facts)))
}

/** Whether a passage is found by those that say the same; its print itself stays with it. */
function setPrints (file: CompanyFile, { rowid, print }: Stored, found: boolean): void {
  if (!print) return
  for (const [position, number] of new Uint32Array(print.slice().buffer).entries()) {
    file.sql(found ? 'INSERT OR IGNORE INTO prints VALUES (?, ?)' : 'DELETE FROM prints WHERE hash = ? AND passage = ?').run(position * 2 ** 32 + number, rowid)
  }
}
