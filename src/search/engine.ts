// The port to a search engine.
import type { Query } from '../language/analyze.ts'
import type { CompanyProfile, FoundPassage, QueryTerm } from '../types.ts'

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
