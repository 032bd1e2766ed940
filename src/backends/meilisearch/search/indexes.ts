// Reads the mapping, embedder, size and version of an index, as far as the service's key may see them.
import { createHash, randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Settings } from 'meilisearch'
import type { FieldMapping } from '../../../types.ts'
import type { RawDocument } from '../../../documents/document.ts'
import { guessedFrom, isComplete, mappingOf } from '../../../documents/mapping.ts'
import type { MeilisearchClient } from '../client.ts'
import { readEmbedders, searchable, type EmbedderSettings, type EmbedderState, type IndexEmbedder } from '../embedders.ts'
import { MeilisearchError, hasStatus } from '../errors.ts'
import { isChunk, notChunks } from '../stored-chunk.ts'
import { isForReader, restricted } from '../traits.ts'
import { forEveryone } from '../../../search/selection.ts'

export interface IndexInfo {
  kind: string
  uid: string
  primaryKey: string
  mapping: FieldMapping
  /** The embedders whose vectors the service can search, the one to prefer first; empty = keyword search only. */
  embedders: IndexEmbedder[]
  /** Embedders that are not used, with the reason. */
  ignored: string[]
  documents: number
  /** Some documents are not for everyone. */
  isRestricted: boolean
  /** Documents can be filtered by their values: the service has stored some of them. */
  isFilterable: boolean
  /** Key of everything cached about the index: changes with its documents, settings and mapping. */
  key: string
}

/** What is read of an index once while it does not change. */
interface IndexStates extends Pick<IndexInfo, 'isRestricted' | 'isFilterable'> {
  embedders: EmbedderState[]
  /** Others have reset what is searched, or what is filtered, of an index that holds the service's own documents. */
  isUnsearched: boolean
  isUnfiltered: boolean
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
   * @param wanted the embedding model that its documents should have
   * @param token opens the index for searches
   * @param onReset called when others have reset its settings: its chunks are not searched, or not filtered, as they should be
   * @returns the index, or why it cannot be searched
   */
  read (
    kind: string, uid: string, given: FieldMapping, wanted: string, token: string, signal: AbortSignal, onReset?: () => void
  ): Promise<ReadIndex | string>
}

/** The most documents that are looked through for the service's own, and what is read of them: Meilisearch gives no more. */
const maxSample = 1000
const attributesToRetrieve = ['_n', '_access']

/** @param models the embedding models that there are, the default one first */
export function createIndexReader ({
  client,
  apiKey,
  models,
  now = () => performance.now(),
}: {
  client: MeilisearchClient
  apiKey: string
  models: readonly string[]
  now?: () => number
}): IndexReader {
  const rights: Rights = { documents: null, indexes: null, settings: null }
  const embedderStates = new LRUCache<string, { state: string, states: IndexStates }>({ max: 10_000 })
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
    const version = isBack ? `${updatedAt}~${randomUUID()}` : updatedAt
    versions.set(uid, { updatedAt, version, latest: isBack ? last.latest : updatedAt })
    return version
  }

  /** Returns what `read` does; reads once while nothing changes, if that can be seen. */
  async function statesOf (
    uid: string, state: string, isVisible: boolean, read: () => Promise<IndexStates>
  ): Promise<IndexStates> {
    const last = embedderStates.get(uid)
    if (isVisible && last?.state === state) return last.states
    const states = await read()
    embedderStates.set(uid, { state, states })
    return states
  }

  function first (
    uid: string,
    query: { limit: number, filter?: string, attributesToRetrieve?: string[] },
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

  /** Counts the documents that match a filter, up to Meilisearch's limit of hits; null when the index does not allow the filter. */
  async function countOrNull (uid: string, filter: string, token: string, signal: AbortSignal): Promise<number | null> {
    try {
      return (await first(uid, { limit: 0, filter }, token, signal)).estimatedTotalHits
    } catch (error) {
      if (error instanceof MeilisearchError && error.code === 'invalid_search_filter') return null
      throw error
    }
  }

  return {
    rights,
    async read (kind, uid, given, wanted, token, signal, onReset = () => {}) {
      const readAt = now()
      // Search first and alone: if the key does not open this index, that says nothing about its rights for others.
      const { hits, estimatedTotalHits: documents } = await first(uid, { limit: isComplete(given) ? 1 : guessedFrom }, token, signal)
      const [index, known] = await Promise.all([
        optional<{ updatedAt: string, primaryKey: string | null }>('indexes', `/indexes/${uid}`, signal),
        optional<Settings>('settings', `/indexes/${uid}/settings`, signal),
        rights.documents ?? optional('documents', `/indexes/${uid}/documents?limit=0`, signal),
      ])
      const primaryKey = index?.primaryKey ?? guessPrimaryKey(hits)
      if (hits.some(hit => hit[primaryKey] === undefined)) {
        return `its documents come without their primary key "${primaryKey}": put it into the index's displayedAttributes`
      }
      const mapping = mappingOf(given, isComplete(given) ? [] : await withoutPieces(uid, hits, token, signal), primaryKey)
      const version = index && versionOf(uid, index.updatedAt)
      const settings = (known?.embedders ?? {}) as EmbedderSettings
      const count = async (filter: string) => await countOrNull(uid, filter, token, signal) ?? 0
      const states = await statesOf(uid, JSON.stringify([version, known, given.model]), version !== null, async () => {
        const [embedders, limited] = await Promise.all([
          readEmbedders({ settings, models, named: given.model, ofAnyName: true, count }), countOrNull(uid, restricted, token, signal),
        ])
        const isFilterable = limited !== null
        const mayBeUnsearched = known !== null && !(known.searchableAttributes ?? []).includes('_text')
        // Chunks may come behind many other documents.
        const isWell = isFilterable && !mayBeUnsearched
        const some = isWell ? [] : (await first(uid, { limit: maxSample, attributesToRetrieve }, token, signal)).hits
        return {
          embedders, isRestricted: isFilterable && limited > 0, isFilterable,
          isUnsearched: mayBeUnsearched && some.some(isChunk), isUnfiltered: !isFilterable && some.some(hasReaders),
        }
      })
      if (states.isUnsearched || states.isUnfiltered) onReset()
      // Whom its documents are for cannot be told before they are read, and an answer from them could be kept for others.
      if (states.isUnfiltered) return 'its filterable attributes were reset'
      return {
        kind,
        uid,
        primaryKey,
        mapping,
        embedders: searchable(states.embedders, wanted),
        isRestricted: states.isRestricted,
        isFilterable: states.isFilterable,
        ignored: Object.entries(settings)
          .filter(([name]) => !states.embedders.some(state => state.name === name))
          .map(([name, own]) => own?.source === 'userProvided' ? `${name}: another one is used` : `${name}: its source is ${own?.source}`),
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

/** Tells whether an index with this document may hold some that are not for everyone. */
function hasReaders (hit: RawDocument): boolean {
  return (isChunk(hit) && hit._access !== undefined) || !isForReader(hit._access, forEveryone)
}

/** Guesses as Meilisearch itself does: a key that ends in "id". */
function guessPrimaryKey ([first]: RawDocument[]): string {
  const keys = Object.keys(first ?? {})
  return keys.find(key => key.toLowerCase() === 'id') ?? keys.find(key => key.toLowerCase().endsWith('id')) ?? 'id'
}
