// The types of a file that is being read.
import type { ReadDocument } from '../../documents/content.ts'
import type { FieldMapping, Language } from '../../types.ts'

export interface FileInfo {
  /** Its extension decides when the content is ambiguous. Without folders and extension it is the title of a document that has none. */
  name: string
  /** The media type that the client sent. */
  type?: string
  /** Maps the columns of rows and the keys of items; guessed when absent. */
  mapping?: FieldMapping
  /** The text of pages that are pictures, which was recognised before. */
  recognised?: { page: number, text: string }[]
  /** The language of those who read it, in which the numbers of a spreadsheet are written. */
  language?: Language
}

export interface ReadLimits {
  maxPages: number
  /** The most bytes of text in an archive. */
  maxUnpackedBytes: number
}

/** A file to read: its bytes, the title for documents that have none, and further information about it. */
export interface OpenFile {
  bytes: Uint8Array
  title: string
  info: FileInfo
  limits: ReadLimits
  /** Reads a file that lies inside this one. */
  inside: (bytes: Uint8Array, info: FileInfo) => AsyncIterable<ReadDocument>
}
