// Locks a file for as long as the process lives, however it ends: others can tell by that whether it is still there.
import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { asStoreError, isLocked } from '../disk-errors.ts'

/**
 * Locks a file, which is created if necessary. Returns the function that unlocks it; null when another process (or another
 * part of this one) has locked it. Throws a STORE_* error. Node has no locks for files, but SQLite's are the system's.
 */
export function lockFile (path: string): (() => void) | null {
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { timeout: 0 })
    chmodSync(path, 0o600)
    // Nothing is ever written, so there is no need for a journal beside it.
    db.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE')
    return () => db!.close()
  } catch (error) {
    db?.close()
    if (isLocked(error)) return null
    throw asStoreError(error)
  }
}
