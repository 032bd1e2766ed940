// The types shared by reading, cutting and storing: sections, documents as they were read, chunks.
import type { Language } from '../types.ts'
import type { FieldValues } from './values.ts'

/** A part of a document under one heading, on one page. */
export interface Section {
  /** `text` is prose; each line of a table is a row, each line of a list an item; code stays as it is. */
  kind: 'text' | 'table' | 'list' | 'code'
  text: string
  /** The headings above it, the outermost first. */
  headings: string[]
  /** From 1; absent where there are no pages. */
  page?: number
}

/** A document as it was read, before it is cut into chunks. */
export interface ReadDocument {
  /** Unique in its file: '' when the file is one document, otherwise an id within the file (a row's id, a line's number). */
  id: string
  title: string
  url: string
  /** Short facts: [label, value]. */
  fields: [label: string, value: string][]
  sections: Section[]
  /** As in `IndexedDocument`. */
  access?: string[]
  values?: FieldValues
  /** The language that the document declares; absent when it declares none. */
  language?: Language
  /** True when its id is only its number in the file, because it has no id of its own. */
  numbered?: true
  /** Says which parts could not be read, such as pages that are pictures. */
  warnings?: string[]
  /** The pages that those name, from 1. */
  unread?: number[]
  /** The reason why this item of the file cannot be stored. It then has only an id, which gives its position in the file. */
  rejected?: string
}

/** A part of a document that is stored and searched as a unit, small enough for the embedding model. */
export interface Chunk {
  /** From 0, in the order of the document. */
  n: number
  text: string
  headings: string[]
  /** The page on which it begins. */
  page?: number
  /** Counted by the embedding model's tokenizer, without special tokens. */
  tokens: number
  /** Its fingerprint (duplicates.ts), if an equal chunk may be stored in its place. */
  print?: number[]
}
