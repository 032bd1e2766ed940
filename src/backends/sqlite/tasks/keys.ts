// Reads and writes API keys: one file for all companies' keys.
import type { DatabaseSync } from 'node:sqlite'
import type { ApiKey, KeyChange, KeyKind, Scope } from '../../../keys/store.ts'
import type { ServiceFileFormat } from '../service-file.ts'

const migrations = [
  `CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, hash TEXT NOT NULL, company TEXT, scopes TEXT NOT NULL, name TEXT NOT NULL,
    created_at TEXT NOT NULL, expires_at TEXT, revoked_at TEXT
  ) STRICT;
  ALTER TABLE keys ADD COLUMN kind TEXT NOT NULL DEFAULT 'api';
  ALTER TABLE keys ADD COLUMN secret TEXT;
  ALTER TABLE keys ADD COLUMN origins TEXT NOT NULL DEFAULT '';`,
]

export const format: ServiceFileFormat = { migrations, synchronous: 'FULL' }

/** Those that create the file. */
export const creatingTasks: ReadonlySet<string> = new Set(['createKey'])

export const tasks = {
  findKey (db: DatabaseSync | null, id: string): ApiKey | null {
    const row = db?.prepare('SELECT * FROM keys WHERE id = ?').get(id)
    return row ? keyOf(row) : null
  },

  listKeys (db: DatabaseSync | null, company: string | null): ApiKey[] {
    return (db?.prepare('SELECT * FROM keys WHERE ? IS NULL OR company = ? ORDER BY created_at, id').all(company, company) ?? []).map(keyOf)
  },

  createKey (db: DatabaseSync | null, key: ApiKey): void {
    const { id, hash, company, scopes, name, createdAt, expiresAt, revokedAt, kind, secret, origins } = key
    const { changes } = db!.prepare('INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(id, hash, company, scopes.join(' '), name, createdAt, expiresAt, revokedAt, kind, secret, origins.join(' '))
    if (changes === 0) throw new Error(`key ${id} already exists`)
  },

  changeKey (db: DatabaseSync | null, { id, name, origins }: KeyChange & { id: string }): boolean {
    return db?.prepare('UPDATE keys SET name = coalesce(?, name), origins = coalesce(?, origins) WHERE id = ?')
      .run(name ?? null, origins?.join(' ') ?? null, id).changes === 1
  },

  revokeKey (db: DatabaseSync | null, { id, at }: { id: string, at: string }): boolean {
    return db?.prepare('UPDATE keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?').run(at, id).changes === 1
  },

  removeKeys (db: DatabaseSync | null, company: string): number {
    return Number(db?.prepare('DELETE FROM keys WHERE company = ?').run(company).changes ?? 0)
  },

  anyKey (db: DatabaseSync | null, _: null): boolean {
    return db?.prepare('SELECT 1 FROM keys LIMIT 1').get() !== undefined
  },
}

function keyOf (row: Record<string, unknown>): ApiKey {
  return {
    kind: row.kind as KeyKind,
    id: row.id as string,
    hash: row.hash as string,
    secret: row.secret as string | null,
    origins: (row.origins as string).split(' ').filter(Boolean),
    company: row.company as string | null,
    scopes: (row.scopes as string).split(' ') as Scope[],
    name: row.name as string,
    createdAt: row.created_at as string,
    expiresAt: row.expires_at as string | null,
    revokedAt: row.revoked_at as string | null,
  }
}
