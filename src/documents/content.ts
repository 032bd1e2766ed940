// The nouns between reading, cutting and storing: sections, documents as they were read, chunks.
import type { Language } from '../types.ts'

/** A part of a document that belongs together: under one heading, on one page. */
export interface Section {
  /** `text` is prose; a table has a row in each line, a list an item; code stays as it is. */
  kind: 'text' | 'table' | 'list' | 'code'
  text: string
  /** The headings that it stands under, the outermost first. */
  headings: string[]
  /** From 1; absent where there are no pages. */
  page?: number
}

/** A document as it was read, before it is cut into chunks. */
export interface ReadDocument {
  /** Unique in its file: '' when the file is one document, else what tells it from the others (a row's id, a line's number). */
  id: string
  title: string
  url: string
  /** Short facts: [label, value]. */
  fields: [label: string, value: string][]
  sections: Section[]
  /** The language that the document declares; absent when it declares none. */
  language?: Language
  /** Its id is its number in the file: it has none of its own. */
  numbered?: true
  /** Why this item of the file cannot be stored. It has only an id then, which says where in the file it is. */
  rejected?: string
}

/** A part of a document that is stored and searched as one, small enough for the embedding model. */
export interface Chunk {
  /** From 0, in the order of the document. */
  n: number
  text: string
  headings: string[]
  /** The page on which it begins. */
  page?: number
  /** Counted by the embedding model's tokenizer, without special tokens. */
  tokens: number
  /** Its fingerprint (duplicates.ts), when chunks that say the same may be stored once. */
  print?: number[]
}
