// The port to a company's documents: people add and remove them; searches find their chunks.
import type { CompanyQueueStats } from './company-queue.ts'
import type { IndexedDocument } from './document.ts'
import type { CompanyProfile } from '../types.ts'

export interface DocumentInfo {
  id: string
  title: string
  url: string
  /** The number of its chunks. */
  chunks: number
  /** Counted by the embedding model's tokenizer; an estimate when it was stored uncut. */
  tokens: number
  /** Never evicted. */
  pinned: boolean
  /** Ms since 1970; 0 = unknown, or never. */
  updatedAt: number
  citedAt: number
  /** Its text was compacted; absent when it is whole. */
  compacted?: true
  /** The groups and users that it is for; absent: everyone of the company. */
  access?: string[]
}

export interface DocumentChunk { n: number, text: string, heading: string, page: number | null, tokens: number }

export interface DocumentDetail extends DocumentInfo {
  fields: [label: string, value: string][]
  pieces: DocumentChunk[]
  /** The number of the first chunk after `pieces`; null when they are the last ones. */
  next: number | null
}

/** A part of a document that fits into memory, however large the document is. */
export interface ChunkPage {
  /** The number of the first chunk. */
  from: number
  /** The most characters of text; at least one chunk is read. */
  maxChars: number
}

export interface StoredChunk {
  text: string
  /** Its first vector, of length one; absent when it has none yet. */
  vector?: Float32Array
  /** How often answers cited its document. */
  cited?: number
}

export interface IndexSummary { kind: string, documents: number, chunks: number, tokens: number }

export interface KnowledgeStats {
  documents: number
  chunks: number
  tokens: number
  /** Bytes of the company's file. */
  bytes: number
  /** Chunks that have vectors. */
  embedded: number
}

export interface ListOptions {
  /** Lists documents with ids after this one, in the order of ids. */
  after: string
  limit: number
  /** Lists only ids that begin with this. */
  prefix: string
}

export interface PutCounts {
  written: number
  unchanged: number
  /** Other documents that were evicted. */
  evicted: number
  /** Documents that were not stored; absent when there are none. */
  rejected?: RejectedDocument[]
  /** Changes when others delete the index and it is made anew: what was put before is gone. Absent where others cannot. */
  generation?: string
}

/** A document that cannot be stored; an older one with its id stays. */
export interface RejectedDocument {
  id: string
  /** `no room`, or the code of Meilisearch's refusal. */
  reason: string
  message: string
}

export interface DocumentStore {
  /**
   * Adds or replaces documents, each whole or not at all; leaves unchanged ones alone. Evicts documents that no longer fit
   * into the company's tokens, the least recently cited or written first. Throws a STORE_* error; what was written before
   * that stays. Throws INDEX_DELETED when others deleted the index meanwhile.
   */
  put (company: CompanyProfile, index: string, documents: IndexedDocument[], signal?: AbortSignal): Promise<PutCounts>
  /** Resolves when all changes would survive a power cut. */
  settle (company: string): Promise<void>
  list (company: string, index: string, options: ListOptions): Promise<DocumentInfo[]>
  /** Returns a document with its chunks, or with those of one page. */
  get (company: string, index: string, id: string, page?: ChunkPage): Promise<DocumentDetail | null>
  /** Removes all documents whose ids begin with the prefix. @returns the number removed */
  remove (company: string, index: string, ids: string[]): Promise<number>
  /** Pins or unpins a document. @returns false if there is no such document */
  pin (company: string, index: string, id: string, pinned: boolean): Promise<boolean>
  /**
   * Sets the access list of a document, which uploads that name none then keep; null: everyone, as an upload says.
   * @returns false if there is no such document
   */
  setAccess (company: string, index: string, id: string, access: string[] | null): Promise<boolean>
  /** Counts an answer's citations of passages, and records the time: cited documents are the last to be evicted. */
  cite (company: string, passages: string[], at: number): Promise<void>
  /** Returns chunks that everyone may see for a summary, taken evenly over all of them, `limit` at most. */
  chunks (company: string, limit: number): Promise<StoredChunk[]>
  indexes (company: string): Promise<IndexSummary[]>
  /** Returns titles that are questions, as those of an FAQ are, of documents for everyone; the most cited first if that costs nothing. */
  questions (company: string, limit: number): Promise<string[]>
  stats (company: string): Promise<KnowledgeStats>
}

export interface VectorsStats extends CompanyQueueStats { passages: number }

/** Gives the documents of companies their vectors, in the background. */
export interface Vectors {
  /** Embeds chunks without vectors, the companies in turn, in small steps; a running run takes up added companies. */
  fill (companies: string[]): Promise<void>
  /** Notes that a question was asked: its company's chunks come first. */
  prefer (company: string): void
  stats (): VectorsStats
  close (): Promise<void>
}
