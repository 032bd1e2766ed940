// Reads and changes the pieces of documents in an index of Meilisearch; an index that holds none yet is an empty one.
import type { RecordAny, Task } from 'meilisearch'
import { coded, CodedError, type ErrorCode } from '../../../errors.ts'
import { lookAtIndex, prepareIndex, type TargetIndex } from './index-settings.ts'
import { hasStatus, reasonOf, type MeilisearchRequests } from '../admin.ts'
import { guessedFrom, guessMapping, isComplete } from '../../../documents/mapping.ts'
import { uidOf } from '../index-owners.ts'
import { isPiece, noPieces, type Piece } from '../stored-chunk.ts'
import type { CompanyProfile, FieldMapping } from '../../../types.ts'

export type StoredPiece = Piece & RecordAny

export interface PieceQuery {
  filter?: string
  sort?: string[]
  /** Primary keys. */
  ids?: string[]
  fields?: string[]
  retrieveVectors?: boolean
  limit: number
  offset?: number
}

export interface Pieces {
  /** @returns `total`: how many there are without the limit */
  fetch (uid: string, query: PieceQuery): Promise<{ results: StoredPiece[], total: number }>
  /** Every piece that the filter takes, page by page, in the order of the documents' keys; it takes one of each. */
  pages (uid: string, filter: string, fields: (keyof Piece)[]): AsyncGenerator<StoredPiece[]>
  count (uid: string, filter: string): Promise<number>
  /** Changes what is there; what is not is not made. */
  update (uid: string, primaryKey: string, pieces: RecordAny[]): Promise<void>
  remove (uid: string, filter: string): Promise<void>
}

const page = 1000

/** @param signal ends every request and every wait for a task */
export function createPieces (requests: MeilisearchRequests, signal: AbortSignal): Pieces {
  async function fetch (uid: string, query: PieceQuery): Promise<{ results: StoredPiece[], total: number }> {
    try {
      // The client asks by POST when there is a filter, be it an empty one.
      const { results, total } = await requests.ask(client => client.index<StoredPiece>(uid).getDocuments({ filter: [], ...query } as object), signal)
      return { results: results as StoredPiece[], total }
    } catch (error) {
      // Nothing was put there: it was never made, or has been made by others and cannot be asked so.
      if (['index_not_found', 'invalid_document_filter', 'invalid_document_sort'].includes(reasonOf(error).code)) return { results: [], total: 0 }
      throw error
    }
  }

  return {
    fetch,
    async * pages (uid, filter, fields) {
      for (let after = ''; ;) {
        const { results } = await fetch(uid, { filter: after === '' ? filter : `${filter} AND _key > ${after}`, sort: ['_key:asc'], fields: ['_key', ...fields], limit: page })
        if (results.length > 0) yield results
        if (results.length < page) return
        after = results.at(-1)!._key
      }
    },
    count: async (uid, filter) => (await fetch(uid, { filter, limit: 0 })).total,
    async update (uid, primaryKey, pieces) {
      if (pieces.length > 0) ended(await requests.task(client => client.index(uid).updateDocuments(pieces, { primaryKey, skipCreation: true }), signal))
    },
    async remove (uid, filter) {
      ended(await requests.task(client => client.index(uid).deleteDocuments({ filter }), signal))
    },
  }
}

/**
 * The index of a kind, made and set up for pieces. Throws an Error when a task fails.
 * @param dimensions of the vectors; null = none are sent
 */
export async function prepareForPieces (requests: MeilisearchRequests, pieces: Pieces, company: CompanyProfile, kind: string, dimensions: number | null, signal: AbortSignal): Promise<TargetIndex> {
  const there = await lookAtIndex(requests, uidOf(company, kind), signal)
  const given = company.indexes[kind]!
  const mapping = isComplete(given) || !there.exists ? given : await guessed(requests, pieces, there, given, signal)
  return prepareIndex(requests, there, mapping, dimensions, signal, true)
}

/** How the documents are read that others have put there. A guess adds to what is searched, and takes nothing away. */
async function guessed (requests: MeilisearchRequests, pieces: Pieces, { uid, primaryKey }: TargetIndex, given: FieldMapping, signal: AbortSignal): Promise<FieldMapping> {
  let { results } = await pieces.fetch(uid, { filter: noPieces, limit: guessedFrom })
  // An index that has never held pieces cannot be asked so.
  if (results.length === 0) results = (await pieces.fetch(uid, { limit: guessedFrom })).results.filter(document => !isPiece(document))
  const mapping = guessMapping(results, primaryKey)
  const { searchableAttributes } = await requests.ask(client => client.index(uid).getSettings(), signal)
  const searched = (searchableAttributes ?? []).filter(name => name !== '*' && !name.startsWith('_'))
  return { ...given, ...mapping, text: [...new Set([...mapping.text, ...searched])] }
}

/** Throws when a task has failed. An index that is gone has nothing left to change. */
export function ended ({ status, error }: Task): void {
  if (status !== 'succeeded' && error?.code !== 'index_not_found') throw new Error(error?.code ?? 'The task was cancelled.')
}

/** A failure of Meilisearch as the service's own: without a text of the documents. */
export function asStoreError (error: unknown): CodedError {
  if (error instanceof CodedError) return error
  const { code, message } = reasonOf(error)
  const [kind, detail]: [ErrorCode, string] = hasStatus(error, 401, 403)
    ? ['SEARCH_REFUSED', 'MEILI_WRITE_KEY may not do that: make one with `causerie meili keys --for writing`.']
    : message.startsWith('no_space_left_on_device') ? ['STORE_FULL', ''] : ['SEARCH_UNAVAILABLE', ['no_answer', 'failed'].includes(code) ? message : code]
  return coded(kind, detail, error)
}
