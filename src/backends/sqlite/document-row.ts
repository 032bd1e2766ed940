// Defines the row that a document has beside its chunks, and how much of a document one transaction writes.
import { hashOfDocument, type IndexedDocument } from '../../documents/document.ts'
import type { FieldValues } from '../../documents/values.ts'
import type { Language } from '../../types.ts'

/**
 * Chunks that one transaction writes or removes, in 10 to 20 ms. Questions are answered between two transactions. With fewer chunks
 * nearly the same pages are written again and again: those of `prints` are hit at random.
 */
export const chunksPerTask = 48
/** Documents that one task looks up or hides. */
export const documentsPerTask = 200

export interface DocumentRow {
  id: string
  hash: string
  title: string
  url: string
  chunks: number
  tokens: number
  access?: string[]
  keepsAccess?: true
  values: FieldValues
}

export function documentRow (language: Language, document: IndexedDocument, chunks: { tokens: number }[]): DocumentRow {
  const { id, title, url, access, keepsAccess, values = [] } = document
  const tokens = chunks.reduce((sum, { tokens }) => sum + tokens, 0)
  const audience = { ...(access ? { access } : {}), ...(keepsAccess ? { keepsAccess } : {}) }
  return { id, hash: hashOfDocument(language, document), title, url, chunks: chunks.length, tokens, values, ...audience }
}
