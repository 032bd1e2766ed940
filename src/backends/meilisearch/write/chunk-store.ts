// Reads and changes the chunks of documents in a Meilisearch index. An index that never held chunks reads as empty.
import type { RecordAny, Settings, Task } from 'meilisearch'
import { readTargetIndex, prepareIndex, restoreFilters, type TargetIndex } from './index-settings.ts'
import type { MeilisearchAdmin } from '../admin.ts'
import { MeilisearchError } from '../errors.ts'
import { guessedFrom, guessMapping, isComplete } from '../../../documents/mapping.ts'
import type { IndexEmbedder } from '../embedders.ts'
import { uidOf } from '../index-owners.ts'
import { isChunk, notChunks, type ChunkAttributes } from '../stored-chunk.ts'
import type { CompanyProfile, FieldMapping } from '../../../types.ts'

export type ChunkDocument = ChunkAttributes & RecordAny

export interface ChunkQuery {
  filter?: string
  sort?: string[]
  /** Primary keys. */
  ids?: string[]
  fields?: string[]
  retrieveVectors?: boolean
  limit: number
  offset?: number
}

export interface ChunkStore {
  /** @returns `total`: the number of matches without the limit */
  fetch (uid: string, query: ChunkQuery): Promise<{ results: ChunkDocument[], total: number }>
  /** Yields every chunk that matches the filter, page by page, sorted by document key. The filter must match one chunk per document. */
  pages (uid: string, filter: string, fields: (keyof ChunkAttributes)[]): AsyncGenerator<ChunkDocument[]>
  count (uid: string, filter: string): Promise<number>
  /** Changes existing chunks; never creates one. */
  update (uid: string, primaryKey: string, chunks: RecordAny[]): Promise<void>
  remove (uid: string, filter: string): Promise<void>
}

const page = 1000

/**
 * @param signal ends every request and every wait for a task
 * @param onRestored called with an index whose filters others had removed
 */
export function createChunkStore (admin: MeilisearchAdmin, signal: AbortSignal, onRestored = (_uid: string) => {}): ChunkStore {
  /** Uids of the indexes whose filters are being restored. */
  const restoring = new Map<string, Promise<boolean>>()

  async function fetch (uid: string, query: ChunkQuery, isAgain = false): Promise<{ results: ChunkDocument[], total: number }> {
    try {
      return await admin.ask('POST', `/indexes/${uid}/documents/fetch`, query, signal)
    } catch (error) {
      const { code = '' } = error instanceof MeilisearchError ? error : {}
      if (code === 'index_not_found') return { results: [], total: 0 }
      if (isAgain || !['invalid_document_filter', 'invalid_document_sort'].includes(code)) throw error
      // Others created it without these filters, or have removed them.
      if (!await restored(uid)) return { results: [], total: 0 }
      onRestored(uid)
      return fetch(uid, query, true)
    }
  }

  function restored (uid: string): Promise<boolean> {
    const running = restoring.get(uid) ?? restoreFilters(admin, uid, signal).finally(() => restoring.delete(uid))
    restoring.set(uid, running)
    return running
  }

  return {
    fetch: (uid, query) => fetch(uid, query),
    async * pages (uid, filter, fields) {
      for (let after = ''; ;) {
        const { results } = await fetch(uid, {
          filter: after === '' ? filter : `${filter} AND _key > ${after}`,
          sort: ['_key:asc'],
          fields: ['_key', ...fields],
          limit: page,
        })
        if (results.length > 0) yield results
        if (results.length < page) return
        after = results.at(-1)!._key
      }
    },
    count: async (uid, filter) => (await fetch(uid, { filter, limit: 0 })).total,
    async update (uid, primaryKey, chunks) {
      if (chunks.length === 0) return
      const query = new URLSearchParams({ primaryKey, skipCreation: 'true' })
      // Lines, not a list: with a full disk, Meilisearch calls a list malformed.
      const lines = chunks.map(chunk => JSON.stringify(chunk)).join('\n')
      assertSucceeded(await admin.runTask('PUT', `/indexes/${uid}/documents?${query}`, lines, signal))
    },
    async remove (uid, filter) {
      assertSucceeded(await admin.runTask('POST', `/indexes/${uid}/documents/delete`, { filter }, signal))
    },
  }
}

/**
 * Creates the index of a kind and sets it up for chunks. Throws an Error when a task fails.
 * @param embedder takes the vectors that will be sent; null = none are
 */
export async function prepareForChunks (
  admin: MeilisearchAdmin,
  chunkStore: ChunkStore,
  company: CompanyProfile,
  kind: string,
  embedder: IndexEmbedder | null,
  signal: AbortSignal
): Promise<TargetIndex> {
  const there = await readTargetIndex(admin, uidOf(company, kind), signal)
  const given = company.indexes[kind]!
  const mapping = isComplete(given) || !there.exists ? given : await guessed(admin, chunkStore, there, given, signal)
  return prepareIndex(admin, there, mapping, embedder, signal, true)
}

/** Guesses the mapping of documents that others have put there. The guess only adds to the attributes that are searched. */
async function guessed (
  admin: MeilisearchAdmin,
  chunkStore: ChunkStore,
  { uid, primaryKey }: TargetIndex,
  given: FieldMapping,
  signal: AbortSignal
): Promise<FieldMapping> {
  let { results } = await chunkStore.fetch(uid, { filter: notChunks, limit: guessedFrom })
  // An index that has never held chunks rejects this filter.
  if (results.length === 0) results = (await chunkStore.fetch(uid, { limit: guessedFrom })).results.filter(document => !isChunk(document))
  const mapping = guessMapping(results, primaryKey)
  const { searchableAttributes } = await admin.ask<Settings>('GET', `/indexes/${uid}/settings`, null, signal)
  const searched = (searchableAttributes ?? []).filter(name => name !== '*' && !name.startsWith('_'))
  return { ...given, ...mapping, text: [...new Set([...mapping.text, ...searched])] }
}

/** Throws when a task has failed. A missing index is not a failure: it has nothing left to change. */
export function assertSucceeded ({ status, error }: Task): void {
  if (status !== 'succeeded' && error?.code !== 'index_not_found') throw new Error(error?.code ?? 'The task was cancelled.')
}
