// Changes how vectors are stored: finer ones are converted, coarser ones are made again from their passages.
import type { CompanyFile } from '../file.ts'
import { visible } from '../hidden.ts'
import { vectorTypes, type VectorType } from '../vector-codec.ts'
import { createVectorTable, insertVector, keyColumn, readVector, storedTypes, vectorTable } from './vector-tables.ts'
import { addWindow, pendingPassage, removeWindow, type PendingPassage } from './vectors.ts'

/** The most vectors that one transaction converts. */
const convertedAtOnce = 100
/** The vectors whose mean is the centre of those that become bits. */
const sampled = 500

export const tasks = {
  /**
   * Converts some vectors that are stored finer than a type. Each has either the old form or the new one at every moment, and
   * searches look at both.
   * @returns true if there may be more
   */
  convertVectors (file: CompanyFile | null, { type }: { type: VectorType }): boolean {
    if (!file) return false
    const finer = vectorTypes.slice(vectorTypes.indexOf(type) + 1)
    for (const { model, dimensions } of modelsOf(file)) {
      const from = storedTypes(file, model).find(stored => finer.includes(stored))
      if (from !== undefined) return file.transaction(() => convertSome(file, model, dimensions, from, type))
    }
    return false
  },

  /**
   * Returns the passages of the next vectors after `after` that are stored coarser than a type, at most `limit`, of one model:
   * they have to be embedded again.
   */
  coarsePassages (
    file: CompanyFile | null, { type, model, after, limit }: { type: VectorType, model: string, after: number, limit: number }
  ): { passages: PendingPassage[], next: number | null } {
    const known = file && modelsOf(file).find(({ id }) => id === model)
    const coarser = known && storedTypes(file, known.model).find(stored => vectorTypes.indexOf(stored) < vectorTypes.indexOf(type))
    if (!known || !coarser) return { passages: [], next: null }
    const coarse = file.rows(`SELECT window FROM ${vectorTable(known.model, coarser)} WHERE window > ? ORDER BY window LIMIT ?`)
      .all(after, limit) as unknown as [number][]
    const last = coarse.at(-1)?.[0] ?? after
    const rows = file
      .sql(
        `SELECT DISTINCT p.rowid, p.idx, p.title, p.heading, p.text, p.fields, p.n
        FROM windows w JOIN passages p ON p.rowid = w.passage
        WHERE w.rowid > ? AND w.rowid <= ? AND w.model = ? ${visible(file, 'p.rowid')} ORDER BY p.rowid`
      )
      .all(after, last, known.model)
    return { passages: rows.map(pendingPassage), next: coarse.length < limit ? null : last }
  },

  /** Drops the tables of types that no vector has any more. */
  dropEmptyVectorTables (file: CompanyFile | null, { type }: { type: VectorType }): void {
    for (const { model } of file ? modelsOf(file) : []) {
      for (const stored of storedTypes(file!, model)) {
        if (stored !== type && isEmpty(file!, model, stored)) file!.db.exec(`DROP TABLE ${vectorTable(model, stored)}`)
      }
    }
  },

  /** Returns the models of the file's vectors. */
  vectorModels: (file: CompanyFile | null, _: null): string[] => file ? modelsOf(file).map(({ id }) => id) : [],
}

interface Model { model: number, id: string, dimensions: number }

function modelsOf (file: CompanyFile): Model[] {
  return file.sql('SELECT model, id, dimensions FROM models ORDER BY model').all() as unknown as Model[]
}

function convertSome (file: CompanyFile, model: number, dimensions: number, from: VectorType, to: VectorType): boolean {
  const some = windowsIn(file, model, from, convertedAtOnce)
  if (!storedTypes(file, model).includes(to)) {
    const sample = windowsIn(file, model, from, sampled).map(window => readVector(file, model, window)!)
    createVectorTable(file, model, to, dimensions, sample)
  }
  for (const rowid of some) {
    const vector = readVector(file, model, rowid)!
    const passage = file.sql('SELECT passage FROM windows WHERE rowid = ?').get(rowid)?.passage as number | undefined
    removeWindow(file, { rowid, model })
    // A number that is new: whoever knows the vectors up to a number looks for the ones after it.
    if (passage !== undefined) insertVector(file, model, to, addWindow(file, passage, model), vector)
  }
  if (some.length < convertedAtOnce) file.db.exec(`DROP TABLE ${vectorTable(model, from)}`)
  return true
}

function windowsIn (file: CompanyFile, model: number, type: VectorType, limit: number): number[] {
  const rows = file.rows(`SELECT ${keyColumn(type)} FROM ${vectorTable(model, type)} LIMIT ?`).all(limit)
  return (rows as unknown as [number][]).map(([window]) => window)
}

function isEmpty (file: CompanyFile, model: number, type: VectorType): boolean {
  return file.sql(`SELECT 1 FROM ${vectorTable(model, type)} ${type === 'bit' ? 'WHERE window > 0' : ''} LIMIT 1`).get() === undefined
}
