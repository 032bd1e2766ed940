// Meilisearch as a back end: the search engine and, with a key that writes, the documents and their vectors.
import type { ProxySettings } from '../../async/agent.ts'
import { createMeilisearchAdmin } from './admin.ts'
import { createMeilisearchClient } from './client.ts'
import { createMeilisearchDocuments, type MeilisearchDocuments, type MeilisearchDocumentsOptions } from './documents.ts'
import { createIndexOwners } from './index-owners.ts'
import { createMeilisearchEngine, type MeilisearchEngine, type MeilisearchEngineOptions } from './search/engine.ts'
import { createMeilisearchVectors, type MeilisearchVectors, type MeilisearchVectorsOptions } from './vectors.ts'

export interface MeilisearchOptions extends Omit<MeilisearchEngineOptions, 'client' | 'owners'> {
  url: string
  proxy?: ProxySettings
  /** The most requests in flight. */
  connections: number
  /** A key that writes (`causerie meili keys --for writing`); empty = only `causerie meili load` adds documents. */
  writeKey?: string
}

export interface Meilisearch {
  engine: MeilisearchEngine
  /** Null without a key that writes. */
  writing: MeilisearchWriting | null
  /** Ends every request. Documents and vectors are closed earlier, by their owners. */
  close (): Promise<void>
}

type Shared = 'admin' | 'owners' | 'models'

export interface MeilisearchWriting {
  openDocuments (options: Omit<MeilisearchDocumentsOptions, Shared>): MeilisearchDocuments
  openVectors (options: Omit<MeilisearchVectorsOptions, Shared>): MeilisearchVectors
}

/** The retries of a write: a client waits for it, and can try again. */
const patience = { timeoutMs: 30_000, taskTimeoutMs: 10 * 60_000, retries: 4 }

export function createMeilisearch ({ url, proxy, connections, writeKey = '', ...options }: MeilisearchOptions): Meilisearch {
  const client = createMeilisearchClient({ url, proxy, connections, connectTimeoutMs: Math.min(options.timeoutMs, 3000) })
  const owners = createIndexOwners(options)
  const { models } = options
  const admin = createMeilisearchAdmin({ client, apiKey: writeKey, ...patience })
  let repair: NonNullable<MeilisearchEngineOptions['onReset']> = () => {}
  return {
    engine: createMeilisearchEngine({ ...options, client, owners, isWriting: writeKey !== '', onReset: company => repair(company) }),
    writing: writeKey === ''
      ? null
      : {
          openDocuments: given => createMeilisearchDocuments({ ...given, admin, owners, models }),
          openVectors (given) {
            const vectors = createMeilisearchVectors({ ...given, admin, owners, models })
            repair = company => { vectors.fill([company]) }
            return vectors
          },
        },
    close: () => client.close(),
  }
}
