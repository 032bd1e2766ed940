// Replaces the vectors of an index by another model's: both are stored until the new ones are complete.
import type { CompanyFile } from '../file.ts'
import { visible } from '../hidden.ts'
import { dropVectorTables, knownModel } from './vector-tables.ts'
import { pendingPassage, removeWindow, type PendingPassage, type Window } from './vectors.ts'

/** The position of a passage among those of its index that are embedded again. */
export interface SetCursor { model: number, rowid: number }

/** The models of a company: `models` by index, `across` for questions in another language than the documents'. */
export interface SearchModels { models: Record<string, string>, across?: string, version: string }

/** The most windows that one transaction removes, and passages that one task looks at. */
const removedAtOnce = 200
const lookedAtOnce = 2000
const acrossKey = 'across'

export const tasks = {
  /** Returns the model that each index is searched with, and the version of the documents that this belongs to. */
  indexModels (file: CompanyFile | null, _: null): SearchModels {
    const rows = file?.sql('SELECT i.idx, m.id FROM index_models i JOIN models m ON m.model = i.model').all() ?? []
    const across = file?.meta(acrossKey)
    return {
      models: Object.fromEntries(rows.map(({ idx, id }) => [idx as string, id as string])),
      ...(across ? { across } : {}),
      version: file?.version() ?? '0',
    }
  },

  /**
   * Returns passages that have no vectors of a model, of those after a position.
   * @returns `next`: the position after them; null when there are no more
   */
  passagesWithout (
    file: CompanyFile | null, { model, after, limit }: { model: string, after: number, limit: number }
  ): { passages: PendingPassage[], next: number | null } {
    if (!file) return { passages: [], next: null }
    const rows = file
      .sql(`SELECT rowid, EXISTS (SELECT 1 FROM windows w WHERE w.passage = p.rowid AND w.model = ?) AS has FROM passages p
        WHERE rowid > ? ${visible(file, 'rowid')} ORDER BY rowid LIMIT ${lookedAtOnce}`)
      .all(numberOf(file, model), after) as { rowid: number, has: number }[]
    const without = rows.filter(({ has }) => has === 0).slice(0, limit).map(({ rowid }) => rowid)
    const read = file.sql('SELECT rowid, idx, title, heading, text, fields, n FROM passages WHERE rowid = ?')
    const last = without.length === limit ? without.at(-1)! : rows.length === lookedAtOnce ? rows.at(-1)!.rowid : null
    return { passages: without.map(rowid => pendingPassage(read.get(rowid)!)), next: last }
  },

  /** Searches questions in another language than the documents' by another model from now on; empty = by the same one. */
  searchAcross (file: CompanyFile | null, { model }: { model: string }): { version: string } {
    file?.transaction(() => {
      file.setMeta(acrossKey, model)
      file.changed()
    })
    return { version: file?.version() ?? '0' }
  },

  /** Returns passages of an index whose newest vectors are another model's, at most `limit`, after a position. */
  outdatedPassages (
    file: CompanyFile | null,
    { index, model, after, limit }: { index: string, model: string, after: SetCursor, limit: number }
  ): { passages: PendingPassage[], next: SetCursor } {
    if (!file) return { passages: [], next: after }
    const number = numberOf(file, model)
    const between = (from: SetCursor, below: number, most: number) => file
      .sql(
        `SELECT rowid, idx, model, title, heading, text, fields, n FROM passages
        WHERE idx = ? AND (model, rowid) > (?, ?) AND model < ? ${visible(file, 'rowid')} ORDER BY model, rowid LIMIT ?`
      )
      .all(index, from.model, from.rowid, below, most) as { model: number, rowid: number }[]
    const rows = between(after, number, limit)
    if (rows.length < limit) {
      const later = after.model > number ? after : { model: number, rowid: Number.MAX_SAFE_INTEGER }
      rows.push(...between(later, Number.MAX_SAFE_INTEGER, limit - rows.length))
    }
    const last = rows.at(-1)
    return { passages: rows.map(pendingPassage), next: last ? { model: last.model, rowid: last.rowid } : after }
  },

  /**
   * Searches an index with another model from now on, unless some of its vectors are still old ones. The vectors of other
   * models are removed by `dropOldVectors`.
   */
  switchModel (file: CompanyFile | null, { index, model }: { index: string, model: string }): { switched: boolean, version: string } {
    if (!file) return { switched: false, version: '0' }
    const number = numberOf(file, model)
    const switched = number > 0 && file.transaction(() => {
      const older = file
        .sql(`SELECT 1 FROM passages WHERE idx = ? AND model > 0 AND model <> ? ${visible(file, 'rowid')} LIMIT 1`)
        .get(index, number)
      if (older) return false
      file
        .sql('INSERT INTO index_models VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET model = excluded.model, dropping = 1')
        .run(index, number)
      file.changed()
      return true
    })
    return { switched, version: file.version() }
  },

  /** Forgets the model of an index that has no vectors at all: the next ones decide. */
  forgetModel (file: CompanyFile | null, { index }: { index: string }): void {
    file?.sql(`DELETE FROM index_models WHERE idx = ?1 AND dropping = 0
      AND NOT EXISTS (SELECT 1 FROM passages WHERE idx = ?1 AND model > 0)`).run(index)
  },

  /**
   * Removes some vectors that no index is searched with any more.
   * @param after the last passage of the call before
   * @param keep the model for questions in other languages
   * @returns the last passage that was checked; null when nothing is left
   */
  dropOldVectors (file: CompanyFile | null, { after, keep = '' }: { after: number, keep?: string }): number | null {
    if (!file?.sql('SELECT 1 FROM index_models WHERE dropping = 1').get()) return null
    return file.transaction(() => {
      const windows = file
        .sql(
          `SELECT w.rowid, w.model, p.rowid AS passage FROM passages p JOIN index_models i ON i.idx = p.idx AND i.dropping = 1
          JOIN windows w ON w.passage = p.rowid AND w.model NOT IN (i.model, ?) WHERE p.rowid > ? ORDER BY p.rowid LIMIT ${removedAtOnce}`
        )
        .all(numberOf(file, keep), after) as unknown as (Window & { passage: number })[]
      for (const window of windows) removeWindow(file, window)
      // The last passage may have more of them.
      if (windows.length === removedAtOnce) return windows.at(-1)!.passage - 1
      file.sql('UPDATE index_models SET dropping = 0').run()
      dropUnusedModels(file)
      return null
    })
  },
}

/** Returns the number of a model in this file; 0 when it has never stored a vector. */
function numberOf (file: CompanyFile, id: string): number {
  return knownModel(file, id)?.model ?? 0
}

/** Drops the tables of models without vectors. */
function dropUnusedModels (file: CompanyFile): void {
  const unused = file.sql(`SELECT model FROM models m WHERE NOT EXISTS (SELECT 1 FROM windows w WHERE w.model = m.model)
    AND NOT EXISTS (SELECT 1 FROM index_models i WHERE i.model = m.model)`).all() as { model: number }[]
  for (const { model } of unused) {
    dropVectorTables(file, model)
    file.sql('DELETE FROM models WHERE model = ?').run(model)
  }
}
