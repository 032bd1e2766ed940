// Defines documents as their company wrote them and as an index stores them, and reads one as the other.
import { createHash } from 'node:crypto'
import type { FieldMapping, Language } from '../types.ts'
import type { Chunk } from './content.ts'

/** A document as its company wrote it. */
export type RawDocument = Record<string, unknown>

/** A document to store in an index. */
export interface IndexedDocument {
  /** Unique in its index. */
  id: string
  title: string
  text: string
  url: string
  fields: [label: string, value: string][]
  /** Its chunks, if it has been cut; its own text is then empty. */
  chunks?: Chunk[]
  /** A hash of its content: the same hash under the same id is the same document. Computed when absent. */
  hash?: string
}

/**
 * Reads a document by its index's mapping.
 * @param ownId its id, when it is not in its key `id`
 * @returns null when it has no id or nothing to search
 */
export function readDocument (raw: RawDocument, mapping: FieldMapping, ownId = raw.id): IndexedDocument | null {
  const text = (key: string | undefined): string => key === undefined ? '' : plain(raw[key])
  const id = plain(ownId)
  const document = {
    id,
    title: text(mapping.title),
    text: mapping.text.map(text).filter(Boolean).join('\n\n'),
    url: text(mapping.url),
    fields: factsOf(raw, mapping),
  }
  return id === '' || (document.title + document.text === '' && document.fields.length === 0) ? null : document
}

function factsOf (raw: RawDocument, { fields = {} }: FieldMapping): IndexedDocument['fields'] {
  const facts: IndexedDocument['fields'] = []
  for (const key in fields) {
    const value = plain(raw[key])
    if (value !== '') facts.push([fields[key]!, value])
  }
  return facts
}

/**
 * Returns the hash that changes with a document: its own, or one of its content. Another language means
 * other stems, so it is another document; a fingerprint is made from the text and adds nothing.
 */
export function hashOfDocument (language: Language, { hash, title, text, url, fields, chunks }: IndexedDocument): string {
  if (hash !== undefined) return `${language}:${hash}`
  const content = [language, title, text, url, JSON.stringify(fields), ...(chunks ? [chunks.map(({ print, ...chunk }) => chunk)] : [])]
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url')
}

/** Returns a value as people read it; '' for a value without a plain form, such as an object. */
function plain (value: unknown): string {
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? value.map(plain).filter(Boolean).join(', ') : ''
}
