// The pieces of documents that the service itself puts into Meilisearch: their attributes, keys, and how they are read.
import { createHash } from 'node:crypto'
import type { IndexedDocument, RawDocument } from '../../documents/document.ts'

/** A document of an index that is a piece of one that was put in; a leading underscore keeps it out of guessed mappings. */
export interface Piece {
  /** The document's id. */
  _doc: string
  /** Its key (keyOf): ids in an order, and in a form that filters take. */
  _key: string
  /** From 0, in the order of the document; -1 = on its way out, and without anything to find. */
  _n: number
  _title: string
  _url: string
  /** The headings that it stands under, joined. */
  _heading: string
  _text: string
  /** Short facts, with the first piece only. */
  _fields?: [label: string, value: string][]
  _page?: number
  _tokens: number
  /** Of the whole document, and what it was made of. */
  _chunks: number
  _hash: string
  /** The embedding model of its vectors; `none` = there are none yet. */
  _model: string
  /** With the first piece only: of the whole document. */
  _doc_tokens?: number
  _pinned?: boolean
  /** Ms since 1970. */
  _updated_at?: number
}

/** What is searched of a piece, what weighs most first. */
export const searchedOfPieces = { titles: ['_title', '_heading'], texts: ['_text', '_fields'] }
/** What the engine reads of it. */
export const readOfPieces = ['_doc', '_n', '_chunks', '_title', '_url', '_heading', '_text', '_fields', '_page'] as const satisfies (keyof Piece)[]
export const filterableOfPieces = { attributePatterns: ['_key', '_n', '_model'], features: { facetSearch: false, filter: { equality: true, comparison: true } } }
export const sortableOfPieces = ['_key', '_n']

/** The filter of what is no piece; only an index that has held pieces can be asked so. */
export const noPieces = '_n NOT EXISTS'

/** Also one on its way out. */
export function isPiece ({ _n }: RawDocument): boolean {
  return _n !== undefined
}

/** Meilisearch tells strings apart, and orders them, by their first 468 bytes. */
const mostIdBytes = 216
const idBytesOfLonger = 200

/**
 * A document's id for filters and orders, which know no case and no accents: its bytes in hex. Of a very long one the
 * beginning, and a hash. Never a number, and nothing that would have to be quoted.
 */
export function keyOf (id: string): string {
  const bytes = Buffer.from(id)
  if (bytes.length <= mostIdBytes) return `k${bytes.toString('hex')}`
  return `k${bytes.toString('hex', 0, idBytesOfLonger)}${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}`
}

/** What the keys of all ids that begin so begin with; of a very long prefix, and of others as well. */
export function keyPrefixOf (prefix: string): string {
  return `k${Buffer.from(prefix).toString('hex', 0, idBytesOfLonger)}`
}

/**
 * The primary key of a piece: the document's own id for the first one, where Meilisearch takes it, so that it takes the
 * place of what `causerie meili load` has put there under the same id.
 */
export function primaryKeyOf (id: string, n: number): string {
  return n === 0 && /^[A-Za-z0-9_-]{1,511}$/.test(id) ? id : createHash('sha256').update(`${n}\n${id}`).digest('base64url')
}

/** A document as the search reads it: whole, or a piece of one, which has its document's id. */
export interface SearchedDocument extends IndexedDocument {
  heading?: string
  page?: number
  /** Which of how many pieces it is; absent when it is whole. */
  piece?: { n: number, of: number }
}

/** @returns null when it is no piece, but a document as its company wrote it */
export function readPiece ({ _doc, _n, _chunks, _title, _url, _heading, _text, _fields, _page }: RawDocument): SearchedDocument | null {
  if (typeof _doc !== 'string' || typeof _text !== 'string') return null
  return {
    id: _doc,
    title: String(_title ?? ''),
    text: _text,
    url: String(_url ?? ''),
    fields: factsOf(_fields),
    ...(typeof _heading === 'string' && _heading !== '' ? { heading: _heading } : {}),
    // Numbers are texts where the texts were cropped.
    ...(Number(_page) > 0 ? { page: Number(_page) } : {}),
    ...(Number(_chunks) > 1 ? { piece: { n: Number(_n), of: Number(_chunks) } } : {}),
  }
}

/** The facts of a piece, whatever lies there. */
export function factsOf (given: unknown): [label: string, value: string][] {
  return Array.isArray(given) ? given.filter(Array.isArray).map(([label, value]) => [String(label), String(value)]) : []
}
