// Removes documents, hidden first and then in slices, and chooses the ones to evict when there is no room.
import { randomUUID } from 'node:crypto'
import type { CompanyFile } from '../file.ts'
import { hidden } from '../schema.ts'
import { chunksPerTask, type DocumentRow } from '../document-row.ts'
import type { RejectedDocument } from '../../../documents/store.ts'
import { changeChunks } from './chunks.ts'
import { removeValues } from './selection.ts'

/** The most documents that one transaction hides. */
const hiddenAtOnce = 64

export const tasks = {
  /** Hides documents, so that `removeHidden` can remove them. */
  hideDocuments (file: CompanyFile | null, { index, ids }: { index: string; ids: string[] }): { hidden: number[]; version: string } {
    if (!file) return { hidden: [], version: '0' }
    const found = file.transaction(() => {
      const rows = ids.map(
        id => file.sql('SELECT rowid FROM documents WHERE idx = ? AND id = ?').get(index, id)?.rowid as number | undefined
      )
      const hidden = [...new Set(rows.filter(rowid => rowid !== undefined))]
      for (const rowid of hidden) hide(file, rowid)
      if (hidden.length > 0) file.changed()
      return hidden
    })
    return { hidden: found, version: file.version() }
  },

  /**
   * Removes a slice of the named hidden documents, or of all hidden ones when none are named.
   * @returns the documents that are not removed yet
   */
  removeHidden (file: CompanyFile | null, { documents }: { documents?: number[] }): number[] {
    if (!file) return []
    const left =
      documents ??
      file
        .sql('SELECT rowid FROM documents WHERE idx = ?')
        .all(hidden)
        .map(row => row.rowid as number)
    if (left.length === 0) return []
    return changeChunks(file, true, chunks => {
      let budget = chunksPerTask
      while (left.length > 0 && budget > 0) {
        const document = left[0]!
        // Not one that has been published, or that belongs to another file: the file may have been replaced since.
        const known = file.sql('SELECT 1 FROM documents WHERE rowid = ? AND idx = ?').get(document, hidden)
        const removed = known ? chunks.remove(document, budget) : 0
        if (removed < budget) {
          if (known) {
            file.sql('DELETE FROM documents WHERE rowid = ?').run(document)
            removeValues(file, document)
          }
          left.shift()
        }
        // A document without chunks takes time too.
        budget -= Math.max(removed, 1)
      }
      return left
    })
  },

  /**
   * Hides the documents that were cited or written longest ago until the rest fits: those of `keep` only when there are no
   * others, and never its last one. Call it again once they are removed.
   * @param keep ids of the index, the last written last
   */
  makeRoom (
    file: CompanyFile | null,
    { index, keep, maxTokens }: { index: string; keep: string[]; maxTokens: number }
  ): { hidden: number[]; version: string } {
    const stored =
      (file?.sql('SELECT coalesce(sum(tokens), 0) AS tokens FROM passages').get() as { tokens: number } | undefined)?.tokens ?? 0
    if (!file || stored <= maxTokens) return { hidden: [], version: file?.version() ?? '0' }
    const rows = file
      .sql(
        `SELECT rowid, idx, id FROM documents WHERE pinned = 0 AND idx <> '${hidden}' ORDER BY max(cited_at, updated_at), rowid LIMIT ?`
      )
      .all(hiddenAtOnce + keep.length) as { rowid: number; idx: string; id: string }[]
    const rank = new Map(keep.map((id, i) => [id, i + 1]))
    const rankOf = (row: { idx: string; id: string }) => (row.idx === index ? (rank.get(row.id) ?? 0) : 0)
    const victims = rows
      .filter(row => rankOf(row) < Math.max(keep.length, 1))
      .sort((a, b) => rankOf(a) - rankOf(b))
      .slice(0, hiddenAtOnce)
    const evicted: number[] = []
    file.transaction(() => {
      let left = stored
      for (const { rowid } of victims) {
        if (left <= maxTokens) break
        // Passages that have a place in another document stay.
        left -= (
          file
            .sql(
              `SELECT coalesce(sum(tokens), 0) AS tokens FROM passages p
              WHERE document = ?1 AND NOT EXISTS (SELECT 1 FROM places l WHERE l.passage = p.rowid AND l.document <> ?1)`
            )
            .get(rowid) as { tokens: number }
        ).tokens
        hide(file, rowid)
        evicted.push(rowid)
      }
      if (evicted.length > 0) file.changed()
    })
    return { hidden: evicted, version: file.version() }
  },
}

/** Hides a document, within the caller's transaction. */
export function hide (file: CompanyFile, rowid: number): void {
  file.sql('UPDATE documents SET idx = ?, id = ? WHERE rowid = ?').run(hidden, randomUUID(), rowid)
}

/** Returns why a document can never be stored, however many others are evicted; undefined when it can. */
export function rejectIfTooLarge (
  file: CompanyFile,
  index: string,
  { id, tokens }: DocumentRow,
  maxTokens: number
): RejectedDocument | undefined {
  if (tokens > maxTokens) return { id, reason: 'no room', message: `It has ${tokens} tokens; KNOWLEDGE_MAX_TOKENS is ${maxTokens}.` }
  const pinned = maxTokens === Infinity
    ? 0
    : (file.sql('SELECT coalesce(sum(tokens), 0) AS tokens FROM documents WHERE pinned = 1').get() as { tokens: number }).tokens -
      ((file.sql('SELECT tokens FROM documents WHERE idx = ? AND id = ? AND pinned = 1').get(index, id)?.tokens as number | undefined) ?? 0)
  return pinned + tokens > maxTokens
    ? {
        id,
        reason: 'no room',
        message: `It has ${tokens} tokens; beside the pinned documents there is room for ${Math.max(maxTokens - pinned, 0)}.`,
      }
    : undefined
}
