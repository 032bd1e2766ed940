// An open SQLite file of one company: prepared statements, transactions, and the version of its documents.
import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { asStoreError } from '../../disk-errors.ts'
import type { VectorMemory } from './vector-memory.ts'

export interface CompanyFile {
  db: DatabaseSync
  /** What is in memory of this file's vectors, and of others'. */
  memory: VectorMemory
  /** Returns the statement, prepared once. */
  sql (text: string): StatementSync
  /** Returns the same statement with rows as arrays, which cost half as much as objects. */
  rows (text: string): StatementSync
  /** Runs `work` in one transaction, which is rolled back when it throws. */
  transaction<T> (work: () => T): T
  /**
   * Runs `work`, which reads only, on one state of the file. Each statement by itself would lock the file and unlock it: a search
   * makes a hundred of them.
   */
  snapshot<T> (work: () => T): T
  /** What `lookUp` has read of the state that a snapshot reads; null outside of one. */
  readonly lookedUp: Map<string, unknown> | null
  meta (key: string): string | undefined
  setMeta (key: string, value: string): void
  /** Changes whenever the documents change. */
  version (): string
  /** Changes the version. Call it in the transaction that changes documents. */
  changed (): void
  /** Returns true when the file has been deleted, or replaced by another, since it was opened. */
  gone (): boolean
  close (): void
}

/** Adds the methods that the tasks need to an open database. */
export function companyFile (db: DatabaseSync, path: string, memory: VectorMemory): CompanyFile {
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
  let lookedUp: Map<string, unknown> | null = null
  let last: { own: number, others: number, tables: number, lookedUp: Map<string, unknown> } | null = null
  /** Returns what was looked up since anything was written: here, by another connection, or new tables. */
  const sinceLastWrite = () => {
    const one = (text: string) => (rows(text).get() as unknown as [number])[0]
    const [others, own, tables] = [one('PRAGMA data_version'), one('SELECT total_changes()'), one('PRAGMA schema_version')]
    if (last?.own !== own || last.others !== others || last.tables !== tables) last = { own, others, tables, lookedUp: new Map() }
    return last.lookedUp
  }
  const version = () => lookUp(file, 'version', () => meta('version') ?? '0')
  const file: CompanyFile = {
    db,
    memory,
    sql,
    rows,
    meta,
    setMeta,
    version,
    // Random, not counted: a file that was deleted and created again must not return to an old version.
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
    snapshot (work) {
      if (db.isTransaction) return work()
      sql('BEGIN').run()
      try {
        lookedUp = sinceLastWrite()
        return work()
      } finally {
        lookedUp = null
        // There is nothing to take back; temporary tables stay.
        if (db.isTransaction) sql('COMMIT').run()
      }
    },
    get lookedUp () { return lookedUp },
    gone: () => inode() !== opened,
    close () {
      memory.forget(file)
      db.close()
    },
  }
  return file
}

/** Returns what `read` reads of a file: within snapshots only once, until anything in the file is written. */
export function lookUp<T> (file: CompanyFile, key: string, read: () => T): T {
  const { lookedUp } = file
  if (!lookedUp) return read()
  const found = lookedUp.get(key) as T
  if (found !== undefined || lookedUp.has(key)) return found
  const value = read()
  lookedUp.set(key, value)
  return value
}

/** Returns `(?, ?, ?)` for `IN`. */
export function placeholders (values: readonly SQLInputValue[]): string {
  return `(${values.map(() => '?').join(', ')})`
}

/** The texts of `insertRows`: a text made anew would have to be hashed each time. */
const inserts = new Map<string, string[]>()

/**
 * Inserts rows, those that are there already aside, by one statement: most of what a small row costs is the call. Use it where
 * few numbers of rows occur. A statement of several rows that could fail would first copy each page that it changes.
 */
export function insertRows (file: CompanyFile, table: string, rows: readonly (readonly SQLInputValue[])[]): void {
  if (rows.length === 0) return
  let texts = inserts.get(table)
  if (!texts) inserts.set(table, texts = [])
  texts[rows.length] ??= `INSERT OR IGNORE INTO ${table} VALUES ${rows.map(row => placeholders(row)).join(', ')}`
  file.sql(texts[rows.length]!).run(...rows.flat())
}

/** Runs `work`, and converts an error of SQLite or of the file system to a coded one. */
export function mapped<T> (work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw asStoreError(error)
  }
}
