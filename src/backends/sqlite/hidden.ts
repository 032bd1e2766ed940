// Keeps searches away from hidden passages: those of documents that are being written or removed.
import { lookUp, type CompanyFile } from './file.ts'
import { hidden } from './schema.ts'

/** A passage of a hidden document is still found if it has a place in a visible one. */
const hiddenPassages = `SELECT p.rowid FROM documents d JOIN passages p ON p.document = d.rowid WHERE d.idx = '${hidden}'
  AND NOT EXISTS (SELECT 1 FROM places l JOIN documents o ON o.rowid = l.document WHERE l.passage = p.rowid AND o.idx <> '${hidden}')`

/**
 * Returns SQL that leaves out the hidden passages, beginning with AND; '' when there are none, which is nearly always the case.
 * @param rowid the column with a passage's number
 */
export function visible (file: CompanyFile, rowid: string): string {
  return hasHidden(file) ? `AND ${rowid} NOT IN (${hiddenPassages})` : ''
}

/** Returns the same for a single passage, which costs less than knowing all hidden ones. @param passage the name of its row */
export function isVisible (file: CompanyFile, passage: string): string {
  return hasHidden(file)
    ? `AND EXISTS (SELECT 1 FROM documents d WHERE d.idx <> '${hidden}' AND (d.rowid = ${passage}.document
        OR d.rowid IN (SELECT l.document FROM places l WHERE l.passage = ${passage}.rowid)))`
    : ''
}

/** Tells whether documents are being written or removed. */
export function hasHidden (file: CompanyFile): boolean {
  return lookUp(file, 'hidden', () => file.sql('SELECT 1 FROM documents WHERE idx = ?').get(hidden) !== undefined)
}

/** Counts the passages that are not hidden. */
export function countVisible (file: CompanyFile): number {
  return file.sql(`SELECT count(*) AS n FROM passages WHERE true ${visible(file, 'rowid')}`).get()!.n as number
}
