// An open SQLite file of one company: prepared statements, transactions, and the version of its documents.
import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { asStoreError } from '../../disk-errors.ts'

export interface CompanyFile {
  db: DatabaseSync
  /** The statement, prepared once. */
  sql (text: string): StatementSync
  /** The same, giving rows as arrays: they cost half of what objects do. */
  rows (text: string): StatementSync
  /** Runs `work` in one transaction; nothing of it stays when it throws. */
  transaction<T> (work: () => T): T
  meta (key: string): string | undefined
  setMeta (key: string, value: string): void
  /** Changes with every change to the documents. */
  version (): string
  /** Call in the transaction that changes documents. */
  changed (): void
  /** Whether the file has been deleted, or replaced by another, since it was opened. */
  gone (): boolean
  close (): void
}

/** Gives an open database the methods that the tasks work with. */
export function companyFile (db: DatabaseSync, path: string): CompanyFile {
  const inode = () => statSync(path, { throwIfNoEntry: false })?.ino
  const opened = inode()
  const prepared = (arrays: boolean) => {
    const statements = new Map<string, StatementSync>()
    return (text: string) => {
      let statement = statements.get(text)
      if (!statement) {
        statements.set(text, statement = db.prepare(text))
        statement.setReturnArrays(arrays)
      }
      return statement
    }
  }
  const sql = prepared(false)
  const rows = prepared(true)
  const meta = (key: string) => (sql('SELECT value FROM meta WHERE key = ?').get(key) as { value: string } | undefined)?.value
  const setMeta = (key: string, value: string) => {
    sql('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(key, value)
  }
  const version = () => meta('version') ?? '0'
  return {
    db,
    sql,
    rows,
    meta,
    setMeta,
    version,
    // Random, not counted: a file that was deleted and made anew must not come back to an old version.
    changed: () => setMeta('version', randomUUID().slice(0, 13)),
    transaction (work) {
      db.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        db.exec('COMMIT')
        return result
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    },
    gone: () => inode() !== opened,
    close: () => db.close(),
  }
}

/** `(?, ?, ?)` for `IN`. */
export function placeholders (values: readonly SQLInputValue[]): string {
  return `(${values.map(() => '?').join(', ')})`
}

/** Runs `work`; an error of SQLite or of the file system becomes a coded one. */
export function mapped<T> (work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw asStoreError(error)
  }
}
