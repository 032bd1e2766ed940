// Where a question is searched: in some indexes of a company, and only in what the person may see and the filter accepts.
import { placeholders, type CompanyFile } from '../file.ts'
import { isVisible, visible } from '../hidden.ts'
import type { Selection } from '../../../search/selection.ts'
import { passagesFor, type PassageLimit } from './selection.ts'

export interface Scope {
  /** Empty = all. */
  indexes: string[]
  /** What the person may see, and of that what the filter accepts; null = everything. */
  seen: PassageLimit | null
  selected: PassageLimit | null
}

export function scopeOf (file: CompanyFile, indexes: string[], selection: Selection): Scope {
  const seen = passagesFor(file, { names: selection.names })
  return { indexes, seen, selected: selection.filter ? passagesFor(file, selection) : seen }
}

/** Returns SQL that keeps the passages that may be found, of some indexes or of all. Its parameters are the indexes. */
export function within (file: CompanyFile, { indexes, selected }: Scope, rowid: string): string {
  const inIndexes = indexes.length === 0 ? '' : `AND ${rowid} IN (SELECT rowid FROM passages WHERE idx IN ${placeholders(indexes)})`
  return `${inIndexes} ${selected?.where(rowid) ?? ''} ${visible(file, rowid)}`
}

/**
 * Returns the same for a statement that looks at a single passage: there, a list of all passages of an index would be made for
 * each of them. @param passage the name of its row
 */
export function isWithin (file: CompanyFile, { indexes, selected }: Scope, passage: string): string {
  const inIndexes = indexes.length === 0 ? '' : `AND ${passage}.idx IN ${placeholders(indexes)}`
  return `${inIndexes} ${selected?.where(`${passage}.rowid`) ?? ''} ${isVisible(file, passage)}`
}

/** Returns SQL for the windows of the passages that may be found, whose parameters are the indexes. */
export function windowsWithin (file: CompanyFile, { indexes, selected }: Scope): string {
  return `SELECT w.rowid FROM passages p JOIN windows w ON w.passage = p.rowid
    WHERE true ${indexes.length === 0 ? '' : `AND p.idx IN ${placeholders(indexes)}`} ${selected?.where('p.rowid') ?? ''}
    ${visible(file, 'p.rowid')}`
}
