// Makes documents of rows and items: a mapping turns columns and keys into title, text, address and facts.
import { guessedFrom, isComplete, mappingOf, namesAny } from '../../documents/mapping.ts'
import { readDocument } from '../../documents/document.ts'
import type { IndexedDocument, RawDocument } from '../../documents/document.ts'
import type { FieldMapping } from '../../types.ts'
import type { ReadDocument } from '../../documents/content.ts'
import { readPage } from './html.ts'

const maxNameChars = 80

/** A row or an item with its number in the file, from 1. */
export interface Row {
  raw: RawDocument
  n: number
  /** The reason that it cannot be read. */
  broken?: string
}

/**
 * Yields one document per row. The document's id is the row's `id`; a row that repeats an earlier id gets its number
 * appended. Without a mapping, one is guessed from the first rows, and every other column becomes a fact. So it is when the mapping
 * names none of their columns: that of an index of pages would leave nothing of a price list.
 * @param keepsOthers columns that a mapping without facts does not name become facts, by their own names
 */
export async function * readRows (
  rows: Iterable<Row> | AsyncIterable<Row>, name: string, given: FieldMapping = { text: [] },
  { keepsOthers = false } = {}
): AsyncGenerator<ReadDocument> {
  const ids = new Set<string>()
  const first: Row[] = []
  let mapping: FieldMapping | undefined
  let all = false
  let missing = ''
  const read = (row: Row) => {
    if (mapping === undefined) {
      const sample = first.map(({ raw }) => raw)
      const fitting = namesAny(given, sample) ? given : { text: [] }
      all = !isComplete(fitting) || (keepsOthers && fitting.fields === undefined)
      mapping = mappingOf(fitting, sample)
      missing = keepsOthers ? missingKeys(fitting, sample) : ''
    }
    const document = toDocument(row, mapping, { name, ids, all })
    if (missing === '' || document.rejected !== undefined) return document
    const warnings = [`${missing} The index's mapping names what is missing.`]
    missing = ''
    return { ...document, warnings }
  }
  for await (const { raw, n, broken } of rows) {
    if (broken !== undefined) {
      yield rejectedItem(n, broken)
      continue
    }
    const row = { raw: flatten(raw), n }
    if (mapping === undefined && first.push(row) < guessedFrom) continue
    yield * (mapping === undefined ? first : [row]).map(read)
  }
  if (mapping === undefined) yield * first.map(read)
}

const maxKeysNamed = 12

/** Says which keys of a mapping none of the documents has, and which they have instead; '' when there are all of them. */
function missingKeys ({ title, text, fields = {} }: FieldMapping, sample: RawDocument[]): string {
  const sought = [...(title === undefined ? [] : [title]), ...text, ...Object.keys(fields)].filter(key => !sample.some(raw => key in raw))
  return sought.length === 0 ? '' : `Not found: ${listed(sought)}. There are: ` +
    `${listed([...new Set(sample.flatMap(raw => Object.keys(raw)))])}.`
}

function listed (keys: string[]): string {
  const named = keys.slice(0, maxKeysNamed).map(key => `"${key.slice(0, maxNameChars)}"`)
  return [...named, ...(keys.length > maxKeysNamed ? [`${keys.length - maxKeysNamed} more`] : [])].join(', ')
}

function rejectedItem (n: number, reason: string): ReadDocument {
  return { id: String(n), title: '', url: '', fields: [], sections: [], rejected: reason }
}

interface RowContext { name: string, ids: Set<string>, all: boolean }

function toDocument ({ raw, n }: Row, mapping: FieldMapping, { name, ids, all }: RowContext): ReadDocument {
  const idKey = ['id', 'ID', 'Id', '_id'].find(key => key in raw) ?? 'id'
  const known = new Set([idKey, mapping.title, mapping.url, ...mapping.text, ...Object.keys(mapping.fields ?? {})])
  const others = all ? Object.keys(raw).filter(key => !known.has(key) && !key.startsWith('_')) : []
  const fields = { ...mapping.fields, ...Object.fromEntries(others.map(key => [key, key])) }
  const read = (id: unknown) => readDocument({ ...raw, id }, { ...mapping, fields })
  const own = read(raw[idKey])
  const document = own ?? read(n)
  if (document === null) {
    const sought = [mapping.title, ...mapping.text, ...Object.keys(fields)].filter(key => key !== undefined)
    return rejectedItem(n, `it contains nothing to search; sought ${listed(sought)}, found ${listed(Object.keys(raw)) || 'nothing'}`)
  }
  const isDuplicate = ids.has(document.id)
  const id = isDuplicate ? `${document.id}#${n}` : document.id
  ids.add(id)
  const { title, text, url } = document
  return {
    id,
    title: title || nameOf(document) || name,
    url,
    fields: document.fields,
    sections: sectionsOf(text),
    ...(own === null || isDuplicate ? { numbered: true } : {}),
  }
}

/** Returns a short value that names a row without a title: its first one with a letter. A row's number is nothing to find it by. */
function nameOf ({ text, fields }: IndexedDocument): string {
  const values = [text, ...fields.map(([, value]) => value)]
  return values.find(value => value.length <= maxNameChars && /^[^\n]*\p{L}[^\n]*$/u.test(value)) ?? ''
}

function sectionsOf (text: string): ReadDocument['sections'] {
  if (/<(p|br|div|li|h[1-6]|td|span)\b[^>]*>/i.test(text)) return readPage(text, true).sections
  return text === '' ? [] : [{ kind: 'text', text, headings: [] }]
}

/** Flattens nested values: `{ a: { b: 1 } }` → `{ 'a.b': 1 }`. Inner values count as much as outer ones. */
function flatten (raw: RawDocument, prefix = '', into: RawDocument = {}): RawDocument {
  for (const [key, value] of Object.entries(raw)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) flatten(value as RawDocument, `${prefix}${key}.`, into)
    else if (Array.isArray(value) && value.some(item => typeof item === 'object' && item !== null)) {
      flatten({ ...value } as RawDocument, `${prefix}${key}.`, into)
    } else into[prefix + key] = value
  }
  return into
}
