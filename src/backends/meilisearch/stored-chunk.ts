// Defines the chunks that the service stores in Meilisearch: their attributes, their keys, and how they are read.
import { createHash } from 'node:crypto'
import type { IndexedDocument, RawDocument } from '../../documents/document.ts'
import type { FoundPassage } from '../../types.ts'
import type { TraitAttributes } from './traits.ts'

/** A chunk of an uploaded document, stored as a Meilisearch document. The leading underscores keep it out of guessed mappings. */
export interface ChunkAttributes extends TraitAttributes {
  /** The document's id. */
  _doc: string
  /** The document's key (see keyOf): sortable, and in a form that filters accept. */
  _key: string
  /** Position in the document, from 0; -1 = about to be deleted, and emptied so that no search finds it. */
  _n: number
  _title: string
  _url: string
  /** The headings above it, joined. */
  _heading: string
  _text: string
  /** Short facts; only in the first chunk. */
  _fields?: [label: string, value: string][]
  _page?: number
  _tokens: number
  /** Number of chunks in the whole document, followed by the hash of its content. */
  _chunks: number
  _hash: string
  /** The embedding models of its vectors, as text when there is one; `none` = it has no vectors yet. Loaded documents have it too. */
  _model: string | string[]
  /** These describe the whole document; only in the first chunk. */
  _doc_tokens?: number
  _pinned?: boolean
  /** Ms since 1970. */
  _updated_at?: number
  /** Its access list as it was given. */
  _access_names?: string[] | null
  /** The list was set by hand: an upload that names none leaves it. */
  _access_kept?: boolean
}

/** The attributes that are searched, those with the highest weight first. */
export const searchedChunkAttributes = { titles: ['_title', '_heading'], texts: ['_text', '_fields'] }
/** The attributes that the engine reads. */
export const chunkAttributesToRead = [
  '_doc',
  '_n',
  '_chunks',
  '_title',
  '_url',
  '_heading',
  '_text',
  '_fields',
  '_page',
  '_model',
  '_access',
] as const satisfies (keyof ChunkAttributes)[]
export const filterableChunkAttributes = {
  attributePatterns: ['_key', '_n', '_model'],
  features: { facetSearch: false, filter: { equality: true, comparison: true } },
}
export const sortableChunkAttributes = ['_key', '_n']

/** Filters out chunks. Works only on an index that has held chunks. */
export const notChunks = '_n NOT EXISTS'

/** Tells whether a document is a chunk, including one that is about to be deleted. */
export function isChunk ({ _n }: RawDocument): boolean {
  return _n !== undefined
}

/** Meilisearch compares and sorts strings by their first 468 bytes only. */
const maxIdBytes = 216
const keptIdBytes = 200

/**
 * Returns a document's id in a form for filters and sorting, which ignore case and accents: its bytes in hex. A very
 * long id becomes its beginning and a hash. The result is never a number and never needs quotes.
 */
export function keyOf (id: string): string {
  const bytes = Buffer.from(id)
  if (bytes.length <= maxIdBytes) return `k${bytes.toString('hex')}`
  return `k${bytes.toString('hex', 0, keptIdBytes)}${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}`
}

/** Returns the prefix shared by the keys of all ids that start with `prefix`. For a very long prefix, other ids match too. */
export function keyPrefixOf (prefix: string): string {
  return `k${Buffer.from(prefix).toString('hex', 0, keptIdBytes)}`
}

/**
 * Returns the primary key of a chunk. The first chunk gets the document's own id where Meilisearch accepts it, so that
 * it replaces what `causerie meili load` stored under the same id.
 */
export function primaryKeyOf (id: string, n: number): string {
  return n === 0 && /^[A-Za-z0-9_-]{1,511}$/.test(id) ? id : createHash('sha256').update(`${n}\n${id}`).digest('base64url')
}

/** A document as the search reads it: a whole one, or a chunk with its document's id. */
export interface SearchedDocument extends IndexedDocument {
  heading?: string
  page?: number
  /** Whom it is for, as it is stored. */
  readers?: unknown
  /** The chunk's position and the number of chunks; absent for a whole document. */
  chunk?: { n: number, of: number }
  /** Its vectors are still to be made. */
  unembedded?: true
}

/** Reads a chunk. @returns null when it is not a chunk but a document in the company's own format */
export function readChunk (raw: RawDocument): SearchedDocument | null {
  const { _doc, _n, _chunks, _title, _url, _heading, _text, _fields, _page, _model } = raw
  if (typeof _doc !== 'string' || typeof _text !== 'string') return null
  return {
    id: _doc,
    title: String(_title ?? ''),
    text: _text,
    url: String(_url ?? ''),
    fields: factsOf(_fields),
    ...(typeof _heading === 'string' && _heading !== '' ? { heading: _heading } : {}),
    // Cropping turns numbers into strings.
    ...(Number(_page) > 0 ? { page: Number(_page) } : {}),
    ...(Number(_chunks) > 1 ? { chunk: { n: Number(_n), of: Number(_chunks) } } : {}),
    ...(_model === 'none' ? { unembedded: true as const } : {}),
  }
}

/** Reads the facts of a chunk, and ignores anything malformed. */
export function factsOf (given: unknown): [label: string, value: string][] {
  return Array.isArray(given) ? given.filter(Array.isArray).map(([label, value]) => [String(label), String(value)]) : []
}

/** Returns the position of a chunk, and the document that it belongs to. */
export function placeOf ({ id, heading, page, chunk }: SearchedDocument): Pick<FoundPassage, 'heading' | 'page' | 'document' | 'n'> {
  return {
    ...(heading === undefined ? {} : { heading }),
    ...(page === undefined ? {} : { page }),
    ...(chunk ? { document: id, n: chunk.n } : {}),
  }
}
