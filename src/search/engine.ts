// The port to a search engine.
import type { Chunk } from '../ingest/content.ts'
import type { Query } from '../query/analyze.ts'
import type { CompanyProfile, FieldMapping, FoundPassage, QueryTerm } from '../types.ts'

/** A document as its company wrote it. */
export type RawDocument = Record<string, unknown>

export interface SearchRequest {
  company: CompanyProfile
  /** The index kinds to search; every one of the profile when absent. */
  indexes?: string[]
  query: Query
  /**
   * The question's vector for each embedding model that the indexes use, or the promise of it. None, or null: by
   * keywords only. One that rejects makes the result degraded.
   */
  vectors: { model: string, vector: Float32Array | null | Promise<Float32Array | null> }[]
  /** Passages wanted. */
  limit: number
  signal: AbortSignal
}

export interface SearchResult {
  /** Best first. */
  passages: FoundPassage[]
  terms: QueryTerm[]
  /** Why something is missing, when the answer was put together from a part of the search. */
  degraded?: string
}

export interface SearchEngine {
  /** Throws SEARCH_UNAVAILABLE, STORE_CORRUPT or the signal's reason. */
  search (request: SearchRequest): Promise<SearchResult>
  /**
   * Changes whenever a document of the company does; part of every cache key. At once when it is known, else read.
   * Throws a STORE_* error; a version that cannot be read otherwise is one that no other question has.
   */
  version (company: CompanyProfile): string | Promise<string>
  /** null when questions can be searched, else why they cannot. */
  unavailable (): Promise<string | null>
  stats (): Record<string, unknown>
  close (): Promise<void>
}

/** Documents on their way into an index. */
export interface IndexedDocument {
  /** Unique in its index. */
  id: string
  title: string
  text: string
  url: string
  fields: [label: string, value: string][]
  /** Its pieces, when it is too long to be one passage; its text is then theirs. */
  chunks?: Chunk[]
  /** Of all of this: the same hash under the same id is the same document. Made from it when absent. */
  hash?: string
}

/**
 * Reads a document by its index's mapping.
 * @returns null when it has no id or nothing to search
 */
export function readDocument (raw: RawDocument, mapping: FieldMapping): IndexedDocument | null {
  const text = (key: string | undefined): string => key === undefined ? '' : plain(raw[key])
  const id = plain(raw.id)
  const document = {
    id,
    title: text(mapping.title),
    text: mapping.text.map(text).filter(Boolean).join('\n\n'),
    url: text(mapping.url),
    fields: Object.entries(mapping.fields ?? {})
      .map(([key, label]): [string, string] => [label, text(key)])
      .filter(([, value]) => value !== ''),
  }
  return id === '' || (document.title + document.text === '' && document.fields.length === 0) ? null : document
}

/** A value as people read it; what has no plain form (an object) is left out. */
function plain (value: unknown): string {
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? value.map(plain).filter(Boolean).join(', ') : ''
}
