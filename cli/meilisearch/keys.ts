// Creates the Meilisearch keys that the service and the loader need, with only the rights they need.
import type { ProxySettings } from '../../src/async/agent.ts'
import type { Key } from 'meilisearch'
import { createMeilisearchAdmin } from '../../src/backends/meilisearch/admin.ts'
import { createMeilisearchClient } from '../../src/backends/meilisearch/client.ts'
import { hasStatus } from '../../src/backends/meilisearch/errors.ts'

export type KeyKind = 'service' | 'writing' | 'loading'

const loading = [
  'indexes.create',
  'indexes.get',
  'settings.get',
  'settings.update',
  'documents.add',
  'documents.get',
  'documents.delete',
  'tasks.get',
]

/** The rights of each key: the key that answers never writes, the keys that write never search. */
export const actionsOf: Record<KeyKind, string[]> = {
  service: ['search', 'documents.get', 'indexes.get', 'settings.get'],
  // The indexes of a company that is deleted go too.
  writing: [...loading, 'indexes.delete', 'stats.get'],
  loading,
}

export interface MadeKey { key: string, uid: string, actions: string[], indexes: string[] }

/**
 * Creates a key.
 * @param adminKey the master key, or a key that may create keys
 * @param indexes patterns of the index uids that the key opens
 * @param uid of the key; the same uid returns the key created before. Absent: a new key
 * Throws the server's error, or an Error when the uid belongs to a key with other rights.
 */
export async function makeKey ({ url, proxy, adminKey, kind, indexes, uid, signal }: {
  url: string
  proxy?: ProxySettings | undefined
  adminKey: string
  kind: KeyKind
  indexes: string[]
  uid?: string
  signal: AbortSignal
}): Promise<MadeKey> {
  // Without a uid, a retry after a lost response could create a second key.
  const client = createMeilisearchClient({ url, proxy, connections: 1 })
  const { ask } = createMeilisearchAdmin({ client, apiKey: adminKey, timeoutMs: 10_000, retries: uid === undefined ? 0 : 3 })
  const actions = actionsOf[kind]
  const wanted = {
    ...(uid === undefined ? {} : { uid }),
    name: `causerie ${kind}`,
    description: `Made by: causerie meili keys --for ${kind}`,
    actions,
    indexes,
    expiresAt: null,
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
