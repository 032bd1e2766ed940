// Reads all facts of an index, or all chunks of a document, from Meilisearch: whole or not at all, since figures are computed from them.
import { createDeadline } from '../../../async/signals.ts'
import { asCoded } from '../../../errors.ts'
import { readDocument, type RawDocument } from '../../../documents/document.ts'
import type { FactDocument, SearchEngine } from '../../../search/engine.ts'
import { forEveryone, type Selection } from '../../../search/selection.ts'
import { passageId } from '../../../search/passage-id.ts'
import type { MeilisearchClient } from '../client.ts'
import { MeilisearchError } from '../errors.ts'
import { isForReader } from '../traits.ts'
import { keyOf, notChunks, readChunk, type SearchedDocument } from '../stored-chunk.ts'
import type { CompanyProfile } from '../../../types.ts'
import type { Catalogue } from './catalogue.ts'
import type { IndexInfo, IndexReader } from './indexes.ts'
import { selectedIndexes, type SearchedIndex } from './queries.ts'

/** Documents read by one request. */
const page = 1000
/** The first chunk of each document, which has its facts. */
const firstChunks = '_n = 0'

/** Creates the part of the engine that reads whole. It has null for an index that is not there, or that the key may not read. */
export function createWholeReader ({ client, apiKey, catalogue, reader, timeoutMs }: {
  client: MeilisearchClient, apiKey: string, catalogue: Catalogue, reader: IndexReader, timeoutMs: number
}): Required<Pick<SearchEngine, 'facts' | 'texts'>> {
  async function within<T> (
    company: CompanyProfile, kind: string, given: AbortSignal, work: (index: IndexInfo, signal: AbortSignal) => Promise<T>
  ): Promise<T | null> {
    const deadline = createDeadline(timeoutMs, given)
    try {
      const { indexes } = await catalogue.get(company, deadline.signal)
      const index = indexes.find(one => one.kind === kind)
      return index && reader.rights.documents !== false ? await work(index, deadline.signal) : null
    } catch (error) {
      given.throwIfAborted()
      throw asCoded(error, 'SEARCH_UNAVAILABLE')
    } finally {
      deadline.clear()
    }
  }

  function fetch (index: IndexInfo, query: object, signal: AbortSignal): Promise<{ results: RawDocument[], total: number }> {
    const body = JSON.stringify(query)
    return client.query({ method: 'POST', path: `/indexes/${index.uid}/documents/fetch`, body, token: apiKey, signal })
  }

  function read (index: IndexInfo, one: RawDocument): SearchedDocument | null {
    return readChunk({ _text: '', ...one }) ?? readDocument({ ...one, id: String(one[index.primaryKey]) }, index.mapping)
  }

  async function factsOf (
    index: SearchedIndex, selection: Selection, limit: number, signal: AbortSignal
  ): Promise<FactDocument[] | null> {
    const { title, url, fields = {} } = index.mapping
    const wanted = [
      index.primaryKey, ...Object.keys(fields), ...(title === undefined ? [] : [title]), ...(url === undefined ? [] : [url]),
      '_doc', '_n', '_chunks', '_title', '_url', '_fields', '_access',
    ]
    const found: FactDocument[] = []
    let total = 0
    // An index that has never held chunks cannot be filtered by them.
    const holdsChunks = await fetch(index, { filter: firstChunks, limit: 0 }, signal).then(() => true, error => {
      if (!(error instanceof MeilisearchError) || error.code !== 'invalid_document_filter') throw error
      return false
    })
    for (const kindOf of holdsChunks ? [firstChunks, notChunks] : ['']) {
      const filter = [kindOf, index.filter].filter(Boolean).join(' AND ')
      for (let offset = 0; ; offset += page) {
        const query = { fields: [...new Set(wanted)], limit: page, offset, ...(filter === '' ? {} : { filter }) }
        const { results, total: own } = await fetch(index, query, signal)
        if (offset === 0) total += own
        if (total > limit) return null
        for (const one of results) {
          const document = read(index, one)
          if (!document || document.fields.length === 0 || !isForReader(one._access, selection)) continue
          const { id, title, url, fields, chunk } = document
          found.push({ id, passage: passageId(index.kind, id, chunk?.of ?? 1, chunk?.n ?? 0), title, url, fields })
        }
        if (results.length < page) break
      }
    }
    return found
  }

  return {
    facts: ({ company, index, selection = forEveryone, limit, signal }) => within(company, index, signal, async (found, signal) => {
      const [selected] = selectedIndexes([found], selection)
      return selected ? factsOf(selected, selection, limit, signal) : []
    }),
    texts: ({ company, index: kind, document, selection = forEveryone, limit, signal: given }) => within(company, kind, given, async (
      found, signal
    ) => {
      const [index] = selectedIndexes([found], selection)
      if (!index) return null
      const filter = [`_key = ${keyOf(document)} AND _n >= 0`, index.filter].filter(Boolean).join(' AND ')
      const query = { filter, sort: ['_n:asc'], limit: limit + 1 }
      const { results } = await fetch(index, query, signal)
      const seen = results.filter(({ _access }) => isForReader(_access, selection))
      const chunks = seen.map(one => readChunk(one)).filter(chunk => chunk !== null)
      const [first] = chunks
      if (!first || chunks.length > limit || chunks.length !== (first.chunk?.of ?? 1)) return null
      return chunks.map(({ id, text, heading = '', page, chunk }) => ({
        id: passageId(index.kind, id, chunk?.of ?? 1, chunk?.n ?? 0), text, heading, page: page ?? null,
      }))
    }),
  }
}
