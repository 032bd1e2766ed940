// The thread that rewrites a company's file without what was deleted.
import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { asStoreError } from '../../disk-errors.ts'

/** The longest wait for the thread that reads and writes the file all the time. */
const busyMs = 10_000
/** A larger file is rewritten by way of another file, a smaller one in memory. */
const maxInMemory = 64 * 2 ** 20

export default function scrub (path: string): { code: 'STORE_FULL' | 'SEARCH_UNAVAILABLE', cause: string } | null {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return null
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { timeout: busyMs })
    if (found.size < maxInMemory) db.exec('PRAGMA temp_store=MEMORY')
    db.exec('VACUUM')
    // The log holds the old pages until it is cut.
    const { busy } = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number }
    return busy === 0 ? null : { code: 'SEARCH_UNAVAILABLE', cause: 'the log is in use' }
  } catch (error) {
    const { code, message } = asStoreError(error) as { code?: string, message: string }
    return { code: code === 'STORE_FULL' ? code : 'SEARCH_UNAVAILABLE', cause: message }
  } finally {
    db?.close()
  }
}
