// Opens the files that are for all companies, beside the folder of the companies' own: keys, and records.
import { chmodSync, existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

export interface ServiceFileFormat {
  /** The steps from each version of the file to the next. Frozen: files of every earlier release are opened with them. */
  migrations: readonly string[]
  /** FULL: what was written outlives the loss of power. */
  synchronous: 'FULL' | 'NORMAL'
}

/**
 * Opens such a file, which the command line may be writing at the same time.
 * @returns null when it does not exist and must not be created
 */
export function openServiceFile (path: string, { migrations, synchronous }: ServiceFileFormat, create: boolean): DatabaseSync | null {
  if (!create && !existsSync(path)) return null
  // No time-out: see open.ts.
  const db = new DatabaseSync(path, { timeout: 0 })
  try {
    chmodSync(path, 0o600)
    db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=${synchronous}`)
    migrate(db, migrations)
  } catch (error) {
    db.close()
    throw error
  }
  return db
}

function versionOf (db: DatabaseSync): number {
  return db.prepare('PRAGMA user_version').get()!.user_version as number
}

function migrate (db: DatabaseSync, migrations: readonly string[]): void {
  if (versionOf(db) >= migrations.length) return
  db.exec('BEGIN IMMEDIATE')
  try {
    // Another process may have migrated it in the meantime.
    for (const step of migrations.slice(versionOf(db))) db.exec(step)
    db.exec(`PRAGMA user_version=${migrations.length}; COMMIT`)
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}
