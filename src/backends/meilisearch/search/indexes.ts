// Reads the mapping, embedder, size and version of an index, as far as the service's key may see them.
import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { FieldMapping } from '../../../types.ts'
import type { RawDocument } from '../../../documents/document.ts'
import { guessedFrom, isComplete, mappingOf } from '../../../documents/mapping.ts'
import type { MeilisearchClient } from '../client.ts'
import { MeilisearchError, hasStatus } from '../errors.ts'
import { isChunk, notChunks } from '../stored-chunk.ts'

export interface IndexInfo {
  kind: string
  uid: string
  primaryKey: string
  mapping: FieldMapping
  /** The embedding model of its documents. */
  model: string
  /** The embedder whose vectors the service can search; null = keyword search only. */
  embedder: { name: string, dimensions: number } | null
  /** Embedders that are not used, with the reason. */
  ignored: string[]
  documents: number
  /** Key of everything cached about the index: changes with its documents, settings and mapping. */
  key: string
}

/** An index and when it was read. */
export interface ReadIndex extends IndexInfo {
  /** null = the key may not see it. */
  version: string | null
  /** When the read began. */
  readAt: number
}

/** The rights of the service's key besides searching; null = not known yet. */
export interface Rights { documents: boolean | null, indexes: boolean | null, settings: boolean | null }

export interface IndexReader {
  readonly rights: Rights
  /**
   * Reads an index. Throws the client's errors.
   * @param given the mapping of the profile
   * @param token opens the index for searches
   * @returns the index, or why it cannot be searched
   */
  read (kind: string, uid: string, given: FieldMapping, token: string, signal: AbortSignal): Promise<ReadIndex | string>
}

/** @param defaultModel the embedding model of indexes that name none */
export function createIndexReader ({
  client,
  apiKey,
  defaultModel,
  now = Date.now,
}: {
  client: MeilisearchClient
  apiKey: string
  defaultModel: string
  now?: () => number
}): IndexReader {
  const rights: Rights = { documents: null, indexes: null, settings: null }
  const versions = new LRUCache<string, { updatedAt: string, version: string, latest: string }>({ max: 100_000 })

  /** Sends a GET with the service's own key, for an index that it opens; null when the key lacks the right, which is then remembered. */
  async function optional<T> (right: keyof Rights, path: string, signal: AbortSignal): Promise<T | null> {
    if (rights[right] === false) return null
    try {
      const result = await client.query<T>({ method: 'GET', path, token: apiKey, signal })
      rights[right] = true
      return result
    } catch (error) {
      // The rights of a key never change: if it had this right before, the failure has another cause.
      if (rights[right] || !hasStatus(error, 401, 403)) throw error
      rights[right] = false
      return null
    }
  }

  /**
   * Returns the version of an index. Swapped indexes keep their times, so an older time than before gets a new
   * version: results made in the meantime belong to the other index's documents.
   */
  function versionOf (uid: string, updatedAt: string): string {
    const last = versions.get(uid)
    if (last?.updatedAt === updatedAt) return last.version
    const isBack = last !== undefined && updatedAt <= last.latest
    const version = isBack ? `${updatedAt}~${now()}` : updatedAt
    versions.set(uid, { updatedAt, version, latest: isBack ? last.latest : updatedAt })
    return version
  }

  function first (
    uid: string,
    query: { limit: number, filter?: string },
    token: string,
    signal: AbortSignal
  ): Promise<{ hits: RawDocument[], estimatedTotalHits: number }> {
    return client.query({ method: 'POST', path: `/indexes/${uid}/search`, body: JSON.stringify({ q: '', ...query }), token, signal })
  }

  /** Returns the first documents that are not chunks: many chunks may come before them. */
  async function withoutPieces (uid: string, hits: RawDocument[], token: string, signal: AbortSignal): Promise<RawDocument[]> {
    if (!hits.some(isChunk)) return hits
    try {
      return (await first(uid, { filter: notChunks, limit: guessedFrom }, token, signal)).hits
    } catch (error) {
      // The index's filterable attributes were changed from outside.
      if (error instanceof MeilisearchError && error.code === 'invalid_search_filter') return hits.filter(hit => !isChunk(hit))
      throw error
    }
  }

  return {
    rights,
    async read (kind, uid, given, token, signal) {
      const readAt = now()
      // Search first and alone: if the key does not open this index, that says nothing about its rights for others.
      const { hits, estimatedTotalHits: documents } = await first(uid, { limit: isComplete(given) ? 1 : guessedFrom }, token, signal)
      const [index, embedders] = await Promise.all([
        optional<{ updatedAt: string, primaryKey: string | null }>('indexes', `/indexes/${uid}`, signal),
        optional<Record<string, { source?: string, dimensions?: number }>>('settings', `/indexes/${uid}/settings/embedders`, signal),
        rights.documents ?? optional('documents', `/indexes/${uid}/documents?limit=0`, signal),
      ])
      const primaryKey = index?.primaryKey ?? guessPrimaryKey(hits)
      if (hits.some(hit => hit[primaryKey] === undefined)) {
        return `its documents come without their primary key "${primaryKey}": put it into the index's displayedAttributes`
      }
      const mapping = mappingOf(given, isComplete(given) ? [] : await withoutPieces(uid, hits, token, signal), primaryKey)
      const version = index && versionOf(uid, index.updatedAt)
      const own = Object.entries(embedders ?? {})
      const usable = own.filter(([, { source, dimensions }]) => source === 'userProvided' && dimensions !== undefined)
      // Prefer Meilisearch's usual name. If its size is wrong, the search leaves it out.
      const [chosen] = usable.sort(([a], [b]) => Number(b === 'default') - Number(a === 'default'))
      return {
        kind,
        uid,
        primaryKey,
        mapping,
        model: given.model ?? defaultModel,
        embedder: chosen ? { name: chosen[0], dimensions: chosen[1].dimensions! } : null,
        ignored: own
          .filter(entry => entry !== chosen)
          .map(([name, { source }]) => (source === 'userProvided' ? `${name}: another one is used` : `${name}: its source is ${source}`)),
        documents,
        key: createHash('sha256')
          .update(JSON.stringify([uid, primaryKey, mapping, version]))
          .digest('base64url')
          .slice(0, 22),
        version,
        readAt,
      }
    },
  }
}

/** Guesses as Meilisearch itself does: a key that ends in "id". */
function guessPrimaryKey ([first]: RawDocument[]): string {
  const keys = Object.keys(first ?? {})
  return keys.find(key => key.toLowerCase() === 'id') ?? keys.find(key => key.toLowerCase().endsWith('id')) ?? 'id'
}
