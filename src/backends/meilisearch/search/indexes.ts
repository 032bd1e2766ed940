// Reads what there is to know of an index: mapping, embedder, size, version; with what the service's key lets it see.
import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { FieldMapping } from '../../../types.ts'
import type { RawDocument } from '../../../documents/document.ts'
import { guessedFrom, isComplete, mappingOf } from '../../../documents/mapping.ts'
import type { MeilisearchClient } from '../client.ts'
import { MeilisearchError, hasStatus } from '../errors.ts'
import { isPiece, noPieces } from '../stored-chunk.ts'

export interface IndexInfo {
  kind: string
  uid: string
  primaryKey: string
  mapping: FieldMapping
  /** The embedding model of its documents. */
  model: string
  /** The embedder whose vectors the service can search; null = by keywords only. */
  embedder: { name: string, dimensions: number } | null
  /** Embedders that are left alone, with the reason. */
  ignored: string[]
  documents: number
  /** What is kept of the index is kept under this: another one for other documents, settings or mappings. */
  key: string
}

/** An index as it was read. */
export interface ReadIndex extends IndexInfo {
  /** null = the key may not see it. */
  version: string | null
  /** When the reading began. */
  readAt: number
}

/** What the service's key may do beside searching; null = not known yet. */
export interface Rights { documents: boolean | null, indexes: boolean | null, settings: boolean | null }

export interface IndexReader {
  readonly rights: Rights
  /**
   * @param given the mapping of the profile
   * @param token opens the index for searches
   * @returns why the index cannot be searched, if so
   * Throws what the client throws.
   */
  read (kind: string, uid: string, given: FieldMapping, token: string, signal: AbortSignal): Promise<ReadIndex | string>
}

/** @param defaultModel the embedding model of indexes that name none */
export function createIndexReader ({ client, apiKey, defaultModel, now = Date.now }: { client: MeilisearchClient, apiKey: string, defaultModel: string, now?: () => number }): IndexReader {
  const rights: Rights = { documents: null, indexes: null, settings: null }
  const versions = new LRUCache<string, { updatedAt: string, version: string, latest: string }>({ max: 100_000 })

  /** GET with the service's own key, of an index that it opens; null when the key lacks the right, which is remembered. */
  async function optional<T> (right: keyof Rights, path: string, signal: AbortSignal): Promise<T | null> {
    if (rights[right] === false) return null
    try {
      const result = await client.query<T>({ method: 'GET', path, token: apiKey, signal })
      rights[right] = true
      return result
    } catch (error) {
      // The rights of a key never change: one that it has had is not what is missing now.
      if (rights[right] || !hasStatus(error, 401, 403)) throw error
      rights[right] = false
      return null
    }
  }

  /** Indexes that are swapped take their times along: one that comes back is a new version, for what was made meanwhile is of the other's documents. */
  function versionOf (uid: string, updatedAt: string): string {
    const last = versions.get(uid)
    if (last?.updatedAt === updatedAt) return last.version
    const isBack = last !== undefined && updatedAt <= last.latest
    const version = isBack ? `${updatedAt}~${now()}` : updatedAt
    versions.set(uid, { updatedAt, version, latest: isBack ? last.latest : updatedAt })
    return version
  }

  function first (uid: string, query: { limit: number, filter?: string }, token: string, signal: AbortSignal): Promise<{ hits: RawDocument[], estimatedTotalHits: number }> {
    return client.query({ method: 'POST', path: `/indexes/${uid}/search`, body: JSON.stringify({ q: '', ...query }), token, signal })
  }

  /** The first documents that are no pieces: there may be many pieces before them. */
  async function withoutPieces (uid: string, hits: RawDocument[], token: string, signal: AbortSignal): Promise<RawDocument[]> {
    if (!hits.some(isPiece)) return hits
    try {
      return (await first(uid, { filter: noPieces, limit: guessedFrom }, token, signal)).hits
    } catch (error) {
      // Somebody else has changed what can be asked so.
      if (error instanceof MeilisearchError && error.code === 'invalid_search_filter') return hits.filter(hit => !isPiece(hit))
      throw error
    }
  }

  return {
    rights,
    async read (kind, uid, given, token, signal) {
      const readAt = now()
      // First, and alone: a key that does not open this index says nothing about what it may do with others.
      const { hits, estimatedTotalHits: documents } = await first(uid, { limit: isComplete(given) ? 1 : guessedFrom }, token, signal)
      const [index, embedders] = await Promise.all([
        optional<{ updatedAt: string, primaryKey: string | null }>('indexes', `/indexes/${uid}`, signal),
        optional<Record<string, { source?: string, dimensions?: number }>>('settings', `/indexes/${uid}/settings/embedders`, signal),
        rights.documents ?? optional('documents', `/indexes/${uid}/documents?limit=0`, signal),
      ])
      const primaryKey = index?.primaryKey ?? guessPrimaryKey(hits)
      if (hits.some(hit => hit[primaryKey] === undefined)) return `its documents come without their primary key "${primaryKey}": put it into the index's displayedAttributes`
      const mapping = mappingOf(given, isComplete(given) ? [] : await withoutPieces(uid, hits, token, signal), primaryKey)
      const version = index && versionOf(uid, index.updatedAt)
      const own = Object.entries(embedders ?? {})
      const usable = own.filter(([, { source, dimensions }]) => source === 'userProvided' && dimensions !== undefined)
      // Meilisearch's usual name first; with the wrong size the search leaves it out.
      const [chosen] = usable.sort(([a], [b]) => Number(b === 'default') - Number(a === 'default'))
      return {
        kind,
        uid,
        primaryKey,
        mapping,
        model: given.model ?? defaultModel,
        embedder: chosen ? { name: chosen[0], dimensions: chosen[1].dimensions! } : null,
        ignored: own.filter(entry => entry !== chosen).map(([name, { source }]) => source === 'userProvided' ? `${name}: another one is used` : `${name}: its source is ${source}`),
        documents,
        key: createHash('sha256').update(JSON.stringify([uid, primaryKey, mapping, version])).digest('base64url').slice(0, 22),
        version,
        readAt,
      }
    },
  }
}

/** What Meilisearch itself would take: a key that ends in "id". */
function guessPrimaryKey ([first]: RawDocument[]): string {
  const keys = Object.keys(first ?? {})
  return keys.find(key => key.toLowerCase() === 'id') ?? keys.find(key => key.toLowerCase().endsWith('id')) ?? 'id'
}
