// The port to a search engine.
import type { Query } from '../language/analyze.ts'
import type { CompanyProfile, FoundPassage, Language, QueryTerm } from '../types.ts'
import type { Selection } from './selection.ts'

/** The similarities of a question and passages of other trades, on the scale of src/similarity-scale.ts. */
export interface Background { mean: number, deviation: number }

export interface SearchRequest {
  company: CompanyProfile
  /** The index kinds to search; all kinds of the profile when absent. */
  indexes?: string[]
  /** What may be found; only what everyone may see when absent. */
  selection?: Selection
  query: Query
  /**
   * The question's vector for each embedding model that the indexes use, or a promise of it. Empty, or null: search by
   * keywords only. A promise that rejects makes the result degraded.
   */
  vectors: { model: string, vector: Float32Array | null | Promise<Float32Array | null> }[]
  /** Embeds the question as the documents spell it, when a word of it is misspelt. Absent: it is not embedded again. */
  embed?: (text: string) => SearchRequest['vectors']
  /** The most passages to return. */
  limit: number
  signal: AbortSignal
}

export interface SearchResult {
  /** Best first. */
  passages: FoundPassage[]
  terms: QueryTerm[]
  /** How many passages there are to find; absent when that is not known. */
  total?: number
  /** Absent when there are no vectors, or not yet. */
  background?: Background
  /** Why something is missing, when only a part of the search succeeded. */
  degraded?: string
}

/** A document's facts, and the id of its first passage. */
export interface FactDocument { id: string, passage: string, title: string, url: string, fields: [label: string, value: string][] }

/** A chunk of a document, and its passage's id. */
export interface DocumentText { id: string, text: string, heading: string, page: number | null }

export interface SearchEngine {
  /** Throws SEARCH_UNAVAILABLE, STORE_CORRUPT or the signal's reason. */
  search (request: SearchRequest): Promise<SearchResult>
  /**
   * Returns the models whose vectors the company's indexes are searched by, each once. Empty when nothing has vectors yet.
   * Returns at once when they are known. Never throws: without them the search is by words.
   * @param indexes all of them when absent
   * @param asked the question's language: for another one than the documents' there may be vectors of a multilingual model
   */
  models (company: CompanyProfile, indexes?: string[], asked?: Language): string[] | Promise<string[]>
  /**
   * Returns a version that changes with every change to the company's documents; part of every cache key. Returns it at
   * once when it is known, otherwise reads it. Throws a STORE_* error. A version that cannot be read for another reason is
   * replaced by a unique one.
   */
  version (company: CompanyProfile): string | Promise<string>
  /**
   * Returns those of a person's names that the access list of any document has; null when no document has a list. Returns at
   * once when it is known. Answers are shared by those who have the same, and searches are made with these alone: what is
   * found depends on nothing else about the person. Throws as `search` does.
   */
  audience (company: CompanyProfile, names: readonly string[]): readonly string[] | null | Promise<readonly string[] | null>
  /**
   * Returns all documents of an index that have facts, for figures over them; null when there are more than `limit`, or when they
   * cannot be read whole. Throws as `search` does. Absent: the engine cannot list documents.
   */
  facts? (request: {
    company: CompanyProfile, index: string, selection?: Selection, limit: number, signal: AbortSignal
  }): Promise<FactDocument[] | null>
  /** Returns all chunks of a document, in order; null when there are more than `limit`, or when one of them is not whole. */
  texts? (request: {
    company: CompanyProfile, index: string, document: string, selection?: Selection, limit: number, signal: AbortSignal
  }): Promise<DocumentText[] | null>
  /** Returns null when questions can be searched, otherwise why not. */
  unavailable (): Promise<string | null>
  stats (): Record<string, unknown>
  close (): Promise<void>
}
