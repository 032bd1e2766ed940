// Stores the vectors of passages, and lists the passages that have none.
import type { CompanyFile } from '../file.ts'
import { visible } from '../hidden.ts'
import { factLines, headingPath } from '../../../language/passage-lines.ts'
import { defaultVectorType, type VectorType } from '../vector-codec.ts'
import { noteRemovedWindow } from './known-windows.ts'
import { copyVector, createVectorTable, insertVector, knownModel, removeVector } from './vector-tables.ts'

export interface PendingPassage {
  rowid: number
  index: string
  title: string
  text: string
  /** True unless it is the first chunk of its document. */
  further?: true
}

/** The key of `meta` for the highest number of the windows that were removed. */
const lastWindow = 'last_window'

export const tasks = {
  /** Returns passages without vectors, at most `limit`, with rowids above `after`. */
  pendingPassages (file: CompanyFile | null, { after, limit }: { after: number, limit: number }): PendingPassage[] {
    if (!file) return []
    const rows = file
      .sql(
        `SELECT rowid, idx, title, heading, text, fields, n FROM passages
        WHERE model = 0 AND rowid > ? ${visible(file, 'rowid')} ORDER BY rowid LIMIT ?`
      )
      .all(after, limit)
    return rows.map(pendingPassage)
  },

  /**
   * Stores the vectors of passages, all of one model, beside those of other models. The first vectors of an index decide
   * which model it is searched by. Skips a passage that has been removed or whose text has changed
   * since: it is pending again. A changed title does not matter: it belongs to another place of the same text.
   * @param across they are for questions in other languages alone
   * @param type how they are stored
   */
  putVectors (file: CompanyFile | null, { model, passages, across = false, type = defaultVectorType }: {
    model: string, passages: (PendingPassage & { vectors: Float32Array[] })[], across?: boolean, type?: VectorType
  }): { version: string } {
    if (!file) return { version: '0' }
    if (passages.length === 0) return { version: file.version() }
    file.transaction(() => {
      let searched = 0
      const { number, dimensions } = modelNumber(file, model, passages[0]?.vectors[0]?.length ?? 0)
      createVectorTable(file, number, type, dimensions, passages.flatMap(({ vectors }) => vectors))
      for (const { rowid, index, text, vectors } of passages) {
        const row = file.sql('SELECT text, fields FROM passages WHERE rowid = ?').get(rowid)
        if (!row || (row.text || storedFactLines(row.fields as string)) !== text) continue
        removeWindows(file, rowid, number)
        for (const vector of vectors) {
          if (vector.length !== dimensions) throw new Error(`${model}: a vector of ${vector.length}, expected ${dimensions}`)
          insertVector(file, number, type, addWindow(file, rowid, number), vector)
        }
        if (across) continue
        file.sql('UPDATE passages SET model = ? WHERE rowid = ?').run(number, rowid)
        file.sql('INSERT OR IGNORE INTO index_models (idx, model) VALUES (?, ?)').run(index, number)
        if (file.sql('SELECT 1 FROM index_models WHERE idx = ? AND model = ?').get(index, number)) searched++
      }
      // Vectors that no question is compared with yet change no answer.
      if (searched > 0) file.changed()
    })
    return { version: file.version() }
  },
}

/** Reads a passage as it is embedded. */
export function pendingPassage (row: Record<string, unknown>): PendingPassage {
  return {
    rowid: row.rowid as number,
    index: row.idx as string,
    title: titleOf(row),
    text: (row.text || storedFactLines(row.fields as string)) as string,
    ...(row.n === 0 ? {} : { further: true as const }),
  }
}

/** Returns the title that a passage is embedded under: its document's, and its headings. */
function titleOf ({ title, heading }: Record<string, unknown>): string {
  return headingPath([title as string, heading as string])
}

/** Writes the facts of a passage, which are stored as JSON, as lines of text. */
export function storedFactLines (fields: string): string {
  return factLines(JSON.parse(fields))
}

/** Removes the vectors of a passage, of all models or of one, within the caller's transaction. */
export function removeWindows (file: CompanyFile, passage: number, only?: number): void {
  const windows = file.sql('SELECT rowid, model FROM windows WHERE passage = ?').all(passage) as unknown as Window[]
  for (const window of windows) if (only === undefined || window.model === only) removeWindow(file, window)
}

/** Gives a passage the vectors of another one, within the caller's transaction. */
export function copyWindows (file: CompanyFile, from: number, to: number): void {
  const windows = file.sql('SELECT rowid, model FROM windows WHERE passage = ? ORDER BY rowid').all(from) as unknown as Window[]
  for (const { rowid, model } of windows) {
    copyVector(file, model, rowid, addWindow(file, to, model))
  }
}

/** A part of a passage that has a vector. */
export interface Window { rowid: number, model: number }

export function removeWindow (file: CompanyFile, { rowid, model }: Window): void {
  noteRemovedWindow(file)
  removeVector(file, model, rowid)
  // The number of the last one is remembered, so that no other window gets it.
  file
    .sql(
      `INSERT INTO meta SELECT '${lastWindow}', ?1 WHERE ?1 = (SELECT max(rowid) FROM windows)
      ON CONFLICT DO UPDATE SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))`
    )
    .run(rowid)
  file.sql('DELETE FROM windows WHERE rowid = ?').run(rowid)
}

/** Adds a window to a passage. Returns its number, which none has had before. */
export function addWindow (file: CompanyFile, passage: number, model: number): number {
  const { lastInsertRowid } = file
    .sql(
      `INSERT INTO windows (rowid, passage, model) VALUES (1 + max(coalesce((SELECT max(rowid) FROM windows), 0),
        coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = '${lastWindow}'), 0)), ?, ?)`
    )
    .run(passage, model)
  return Number(lastInsertRowid)
}

/** Returns the model's number in this file. */
function modelNumber (file: CompanyFile, id: string, dimensions: number): { number: number, dimensions: number } {
  const known = knownModel(file, id)
  if (known) return { number: known.model, dimensions: known.dimensions }
  const number = Number(file.sql('INSERT INTO models (id, dimensions) VALUES (?, ?)').run(id, dimensions).lastInsertRowid)
  return { number, dimensions }
}
