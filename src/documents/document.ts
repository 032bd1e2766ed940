// Defines documents as their company wrote them and as an index stores them, and reads one as the other.
import { createHash } from 'node:crypto'
import type { FieldMapping, Language } from '../types.ts'
import { accessOf } from './access.ts'
import type { Chunk } from './content.ts'
import { valuesOf, type FieldValues } from './values.ts'

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
  /** The groups and users that it is for; everyone of the company when absent. */
  access?: string[]
  /** True when nothing said whom it is for: it keeps the access list of the document that it replaces. */
  keepsAccess?: true
  /** What questions can be filtered by. */
  values?: FieldValues
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

/** Adds what a document says about who may see it, and its values. Returns null when its access list cannot be read. */
export function withTraits (document: IndexedDocument, raw: RawDocument): IndexedDocument | null {
  const access = accessOf(raw)
  const values = valuesOf(raw)
  return access === null ? null : { ...document, ...(access ? { access } : {}), ...(values.length > 0 ? { values } : {}) }
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
export function hashOfDocument (language: Language, document: IndexedDocument): string {
  const { hash, title, text, url, fields, chunks } = document
  if (hash !== undefined) return `${language}:${hash}`
  const cut = chunks ? [chunks.map(({ print, ...chunk }) => chunk)] : []
  const content = [language, title, text, url, JSON.stringify(fields), ...cut, ...traitsOf(document)]
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url')
}

/** Returns what a document's hash holds beside its content: nothing, for a document of everyone without values. */
export function traitsOf ({ access, values = [] }: Pick<IndexedDocument, 'access' | 'values'>): unknown[] {
  return access || values.length > 0 ? [values, access ?? null] : []
}

/** Returns a value as people read it; '' for a value without a plain form, such as an object. */
function plain (value: unknown): string {
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? value.map(plain).filter(Boolean).join(', ') : ''
}
