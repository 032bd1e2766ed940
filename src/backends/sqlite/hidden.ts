// Which passages nobody may find: those of documents that are being written, or on their way out.
import type { CompanyFile } from './file.ts'
import { hidden } from './schema.ts'

/** A passage whose document goes is still another's, where that has a place in it. */
const hiddenPassages = `SELECT p.rowid FROM documents d JOIN passages p ON p.document = d.rowid WHERE d.idx = '${hidden}'
  AND NOT EXISTS (SELECT 1 FROM places l JOIN documents o ON o.rowid = l.document WHERE l.passage = p.rowid AND o.idx <> '${hidden}')`

/**
 * SQL that leaves out the hidden passages, beginning with AND; nothing when there are none, which is nearly always.
 * @param rowid the column that holds a passage's number
 */
export function visible (file: CompanyFile, rowid: string): string {
  const any = file.sql('SELECT 1 FROM documents WHERE idx = ?').get(hidden)
  return any ? `AND ${rowid} NOT IN (${hiddenPassages})` : ''
}
