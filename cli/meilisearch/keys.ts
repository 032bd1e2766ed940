// Makes the keys of Meilisearch that the service and the loader need, and no more than they need.
import type { Key } from 'meilisearch'
import { createMeilisearchAdmin } from '../../src/backends/meilisearch/admin.ts'
import { createMeilisearchClient } from '../../src/backends/meilisearch/client.ts'
import { hasStatus } from '../../src/backends/meilisearch/errors.ts'

export type KeyKind = 'service' | 'writing' | 'loading'

const loading = ['indexes.create', 'indexes.get', 'settings.get', 'settings.update', 'documents.add', 'documents.get', 'documents.delete', 'tasks.get']

/** What each may do: the one that answers never writes, those that write never search. */
export const actionsOf: Record<KeyKind, string[]> = {
  service: ['search', 'documents.get', 'indexes.get', 'settings.get'],
  writing: [...loading, 'stats.get'],
  loading,
}

export interface MadeKey { key: string, uid: string, actions: string[], indexes: string[] }

/**
 * @param adminKey the master key, or one that may make keys
 * @param indexes patterns of uids that the key opens
 * @param uid of the key; the same one again gives the key that was made then. Absent: a new key
 * Throws what the server answered, or an Error when the uid belongs to a key with other rights.
 */
export async function makeKey ({ url, adminKey, kind, indexes, uid, signal }: {
  url: string
  adminKey: string
  kind: KeyKind
  indexes: string[]
  uid?: string
  signal: AbortSignal
}): Promise<MadeKey> {
  // Without a uid a second try after a lost answer could make a second key.
  const client = createMeilisearchClient({ url, connections: 1 })
  const { ask } = createMeilisearchAdmin({ client, apiKey: adminKey, timeoutMs: 10_000, retries: uid === undefined ? 0 : 3 })
  const actions = actionsOf[kind]
  const wanted = {
    ...(uid === undefined ? {} : { uid }), name: `causerie ${kind}`, description: `Made by: causerie meili keys --for ${kind}`, actions, indexes, expiresAt: null,
  }
  let made: Key
  try {
    made = await ask<Key>('POST', '/keys', wanted, signal).catch(async error => {
      if (uid === undefined || !hasStatus(error, 409)) throw error
      const known = await ask<Key>('GET', `/keys/${uid}`, null, signal)
      if (same(known.actions, actions) && same(known.indexes, indexes)) return known
      throw new Error(`There is a key ${uid} already, with other rights: take another uid, or delete that key.`, { cause: error })
    })
  } finally {
    await client.close()
  }
  return { key: made.key, uid: made.uid, actions: made.actions, indexes: made.indexes }
}

function same (a: string[], b: string[]): boolean {
  return JSON.stringify([...a].sort()) === JSON.stringify([...b].sort())
}
