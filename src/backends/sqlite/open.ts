// Opens a company's SQLite file, makes the tables of a new one, and migrates one of an older release.
import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { getLoadablePath } from 'sqlite-vec'
import { coded } from '../../errors.ts'
import { companyFile, mapped, type CompanyFile } from './file.ts'
import { migrations } from './migrations.ts'
import { schema, schemaVersion } from './schema.ts'
import { reindexWords } from './tasks/chunks.ts'
import { createVectorMemory, type VectorMemory } from './vector-memory.ts'

/**
 * Opens a company's file; creates it if it does not exist and `create` is set.
 * @param memory for the vectors of this file and of others
 * @returns null when it does not exist
 * Throws STORE_CORRUPT, STORE_UNREADABLE or STORE_FULL.
 */
export function openCompanyFile (path: string, create: boolean, memory: VectorMemory = createVectorMemory(0)): CompanyFile | null {
  return mapped(() => {
    if (!create && !exists(path)) return null
    if (create) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // No time-out: waiting for a lock would hold every other company. The main thread tries again (thread.ts).
    const db = new DatabaseSync(path, { allowExtension: true, timeout: 0 })
    try {
      // Its log and its index get the same rights.
      if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
      db.loadExtension(getLoadablePath())
      db.enableLoadExtension(false)
      // WAL: readers never wait for the writer, and a crash loses at most the last transaction, never half of one.
      // No mmap: a file that is cut short while it is open would end the process (SIGBUS). Large pages compensate for that:
      // the nearest of 40,000 vectors cost 37 ms with 4 kB, 27 ms with 16 kB, 24 ms mapped.
      db.exec(
        'PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000'
      )
      const file = companyFile(db, path, memory)
      if (prepare(file, create)) return file
    } catch (error) {
      db.close()
      throw error
    }
    db.close()
    return null
  })
}

/** Returns true if the file exists. Throws when the folder cannot be read, because the file may be in it. */
function exists (path: string): boolean {
  try {
    statSync(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/**
 * Creates the tables of a new file, and migrates an older one.
 * @returns false when the file is empty and `create` is not set
 */
function prepare (file: CompanyFile, create: boolean): boolean {
  const { db } = file
  if (versionOf(db) === schemaVersion) return true
  return file.transaction(() => {
    // Read again under the lock: another process may have done this in the meantime.
    const found = versionOf(db)
    if (found === 0) {
      if (db.prepare('SELECT 1 FROM sqlite_schema').get()) throw coded('STORE_UNREADABLE', 'It is the database of another program.')
      // An interrupted start, or a full disk, leaves an empty file.
      if (!create) return false
      db.exec(schema)
    } else migrate(file, found)
    db.exec(`PRAGMA user_version=${schemaVersion}`)
    return true
  })
}

function migrate (file: CompanyFile, from: number): void {
  let reindex = false
  for (let version = from; version !== schemaVersion; version++) {
    const migration = migrations[version]
    if (!migration) {
      throw coded('STORE_UNREADABLE', `Its schema is version ${from}, this service's is ${schemaVersion}: use the release that wrote it.`)
    }
    file.db.exec(migration.sql)
    reindex ||= migration.reindexWords === true
  }
  if (reindex) reindexWords(file)
}

function versionOf (db: DatabaseSync): number {
  return (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
}
