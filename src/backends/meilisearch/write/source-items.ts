// Reads the items of a source as documents of an index; rejects invalid ones with the reason.
import { createHash } from 'node:crypto'
import { accessHelp } from '../../../documents/access.ts'
import { readDocument, traitsOf, withTraits, type IndexedDocument, type RawDocument } from '../../../documents/document.ts'
import type { FieldMapping } from '../../../types.ts'

/** A document, or the reason why it cannot be read. `at` shows people its location: `faq.ndjson:12`. */
export type SourceItem = { at: string, document: RawDocument } | { at: string, problem: string }

export interface Rejected {
  at: string
  /** Empty when the document has no id. */
  id: string
  /** Meilisearch's error code, or one of ours: `unreadable`, `invalid_document_id`, `nothing_to_search`, `duplicate_id`. */
  code: string
  message: string
}

export interface SourceDocument {
  at: string
  id: string
  raw: RawDocument
  content: IndexedDocument
  /** Changes with the document, and the text that is embedded. */
  hash: string
}

/** The most characters of documents in a batch. */
const maxChars = 4_000_000

/**
 * Creates a function that reads an item, and returns null when it rejects it.
 * @param model part of the hash; null = no vectors
 * @param seen the ids read so far; the reader adds to it
 */
export function createDocumentReader ({ primaryKey, mapping, model, seen, reject }: {
  primaryKey: string
  mapping: FieldMapping
  model: string | null
  seen: Set<string>
  reject: (rejected: Rejected) => void
}): (item: SourceItem) => SourceDocument | null {
  function refuse (at: string, id: string, code: string, message: string): null {
    reject({ at, id, code, message })
    return null
  }

  return item => {
    const { at } = item
    if ('problem' in item) return refuse(at, '', 'unreadable', item.problem)
    const raw = item.document
    const id = typeof raw[primaryKey] === 'string' || Number.isSafeInteger(raw[primaryKey]) ? String(raw[primaryKey]) : ''
    // With one invalid id, Meilisearch refuses every document of the request.
    if (!/^[A-Za-z0-9_-]{1,511}$/.test(id)) {
      return refuse(
        at,
        id.slice(0, 40),
        'invalid_document_id',
        `"${primaryKey}" must be a whole number, or 1 to 511 of a-z, A-Z, 0-9, - and _`
      )
    }
    if (seen.has(id)) return refuse(at, id, 'duplicate_id', 'an earlier document has the same id')
    seen.add(id)
    const read = readDocument({ ...raw, id }, mapping)
    if (!read) return refuse(at, id, 'nothing_to_search', 'it has none of the keys that the profile names, or they are empty')
    const content = withTraits(read, raw)
    if (!content) return refuse(at, id, 'invalid_access', accessHelp)
    // Documents that an earlier version loaded lack their traits: they are sent again.
    const traitsMark = traitsOf(content).length > 0 ? ['traits'] : []
    const hash = createHash('sha256')
      .update(JSON.stringify([model, mapping.title, mapping.text, mapping.fields, raw, ...traitsMark]))
      .digest('base64url')
      .slice(0, 16)
    return { at, id, raw, content, hash }
  }
}

/** Groups items into batches of at most `most`, fewer when they are long. */
export async function * batchesOf (items: AsyncIterable<SourceItem> | Iterable<SourceItem>, most: number): AsyncGenerator<SourceItem[]> {
  let batch: SourceItem[] = []
  let chars = 0
  for await (const item of items) {
    batch.push(item)
    chars += 'document' in item ? JSON.stringify(item.document).length : 0
    if (batch.length < most && chars < maxChars) continue
    yield batch
    batch = []
    chars = 0
  }
  if (batch.length > 0) yield batch
}

/** Rounds to five decimals, as the service's own searches do: accurate to a hundred-thousandth, at a third of the length. */
export function roundVector (vector: Float32Array): number[] {
  return Array.from(vector, value => Math.round(value * 1e5) / 1e5)
}
