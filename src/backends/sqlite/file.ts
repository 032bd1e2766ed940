// One company's SQLite file, open.
import { randomUUID } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { getLoadablePath } from 'sqlite-vec'
import { coded } from '../../errors.ts'
import { asStoreError } from '../../disk-errors.ts'
import { migrations } from './migrations.ts'
import { schema, schemaVersion } from './schema.ts'

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

/**
 * Opens a company's file, making it when `create` is set.
 * @returns null when there is none
 * Throws STORE_CORRUPT, STORE_UNREADABLE or STORE_FULL.
 */
export function openCompanyFile (path: string, create: boolean): CompanyFile | null {
  return mapped(() => {
    if (!create && !exists(path)) return null
    if (create) mkdirSync(dirname(path), { recursive: true })
    const db = new DatabaseSync(path, { allowExtension: true, timeout: 5000 })
    try {
      db.loadExtension(getLoadablePath())
      db.enableLoadExtension(false)
      // WAL: readers never wait for the writer, and a crash loses at most the last transaction, never half of one.
      // No mmap: a file that is cut short while it is open would end the process (SIGBUS). Large pages make up for it:
      // the nearest of 40,000 vectors cost 37 ms with 4 kB, 27 ms with 16 kB, 24 ms mapped.
      db.exec('PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000')
      if (prepare(db, create)) return companyFile(db, path)
    } catch (error) {
      db.close()
      throw error
    }
    db.close()
    return null
  })
}

/** Throws when that cannot be told: a folder that cannot be read is not an empty one. */
function exists (path: string): boolean {
  try {
    statSync(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** Makes the tables of a new file, or those that an older one lacks. @returns false when there are none, and none are to be made */
function prepare (db: DatabaseSync, create: boolean): boolean {
  const found = versionOf(db)
  if (found === schemaVersion) return true
  if (found === 0) {
    if (db.prepare('SELECT 1 FROM sqlite_schema').get()) throw coded('STORE_UNREADABLE', 'It is a database of something else.')
    // Empty: what a start that was cut short, or a full disk, leaves behind.
    if (!create) return false
  } else if (migrations[found] === undefined) throw coded('STORE_UNREADABLE', `Its schema is version ${found}, this service's is ${schemaVersion}: delete the file to have it built anew.`)
  db.exec('BEGIN IMMEDIATE')
  // Another process may have done it while the lock was waited for.
  let version = versionOf(db)
  if (version === 0) {
    db.exec(schema)
    version = schemaVersion
  }
  while (migrations[version] !== undefined) db.exec(migrations[version++]!)
  db.exec(`PRAGMA user_version=${version}; COMMIT`)
  return true
}

function versionOf (db: DatabaseSync): number {
  return (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
}

function companyFile (db: DatabaseSync, path: string): CompanyFile {
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
