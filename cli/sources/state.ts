// Stores the state of a source between runs: small values by name, in a file that survives a crash.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeFolder } from '../../src/make-folder.ts'

export interface SourceState<T> {
  get (name: string): T | undefined
  set (name: string, value: T): void
  delete (name: string): void
  /** Returns a sorted copy of all names. */
  names (): string[]
  close (): void
}

const closed = 'This source is followed by another process already; its state can be used by one at a time.'

/**
 * Opens the state of a source in `<dataDir>/sources/`; no other process can open it until it is closed.
 * @param identity identifies the source and its index in the service: the same identity finds the same state
 * Throws an Error when the state is open elsewhere or cannot be read.
 */
export function openSourceState<T> (dataDir: string, identity: readonly string[]): SourceState<T> {
  const dir = join(dataDir, 'sources')
  makeFolder(dir, 0o700)
  const file = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 24)
  const db = new DatabaseSync(join(dir, `${file}.db`), { timeout: 0 })
  try {
    db.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = NORMAL; PRAGMA journal_mode = WAL; ' +
        'CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT'
    )
    // Takes the lock, even when there is nothing to create.
    db.exec('BEGIN IMMEDIATE; COMMIT')
  } catch (error) {
    db.close()
    throw (error as { errcode?: number }).errcode === 5 ? new Error(closed, { cause: error }) : error
  }
  const get = db.prepare('SELECT value FROM facts WHERE name = ?')
  const set = db.prepare('INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
  const remove = db.prepare('DELETE FROM facts WHERE name = ?')
  const list = db.prepare('SELECT name FROM facts ORDER BY name')
  return {
    get (name) {
      const row = get.get(name)
      return row && JSON.parse(row.value as string) as T
    },
    set: (name, value) => { set.run(name, JSON.stringify(value)) },
    delete: name => { remove.run(name) },
    names: () => list.all().map(({ name }) => name as string),
    close: () => db.close(),
  }
}
