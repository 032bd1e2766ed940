// Makes documents of rows and items: a mapping turns columns and keys into title, text, address and facts.
import { guessedFrom, isComplete, mappingOf, namesAny } from '../../documents/mapping.ts'
import { accessHelp, accessOf, isAccessKey } from '../../documents/access.ts'
import { readDocument } from '../../documents/document.ts'
import type { IndexedDocument, RawDocument } from '../../documents/document.ts'
import { valueKeysOf, valuesOf, type ValueKeys } from '../../documents/values.ts'
import type { FieldMapping } from '../../types.ts'
import type { ReadDocument } from '../../documents/content.ts'
import { readPage } from './html.ts'

const maxNameChars = 80

/** A row or an item with its number in the file, from 1. */
export interface Row {
  raw: RawDocument
  n: number
  /** Whom it is for, when it says so. */
  access?: string[]
  /** The reason that it cannot be read. */
  broken?: string
}

/**
 * Yields one document per row, those of a batch of rows together. The document's id is the row's `id`; a row that repeats an
 * earlier id gets its number appended. Without a mapping, one is guessed from the first rows, and every other column becomes a
 * fact. So it is when the mapping names none of their columns: that of an index of pages would leave nothing of a price list.
 * @param keepsOthers columns that a mapping without facts does not name become facts, by their own names
 */
export async function * readRows (
  rows: Iterable<Row[]> | AsyncIterable<Row[]>, name: string, given: FieldMapping = { text: [] },
  { keepsOthers = false } = {}
): AsyncGenerator<ReadDocument[]> {
  const ids = new Set<string>()
  const first: Row[] = []
  let mapping: FieldMapping | undefined
  let all = false
  let missing = ''
  const planOf = createPlans()
  const accessKeysOf = createAccessKeys()
  const read = (row: Row) => {
    if (mapping === undefined) {
      const sample = first.map(({ raw }) => raw)
      const fitting = namesAny(given, sample) ? given : { text: [] }
      all = !isComplete(fitting) || (keepsOthers && fitting.fields === undefined)
      mapping = mappingOf(fitting, sample)
      missing = keepsOthers ? missingKeys(fitting, sample) : ''
    }
    const document = toDocument(row, planOf(row.raw, mapping, all), { name, ids })
    if (missing === '' || document.rejected !== undefined) return document
    const warnings = [`${missing} The index's mapping names what is missing.`]
    missing = ''
    return { ...document, warnings }
  }
  for await (const some of rows) {
    const documents: ReadDocument[] = []
    for (const { raw, n, broken } of some) {
      if (broken !== undefined) {
        documents.push(rejectedItem(n, broken))
        continue
      }
      const access = accessOf(raw, accessKeysOf(raw))
      if (access === null) {
        documents.push(rejectedItem(n, `its access list cannot be read: ${accessHelp}`))
        continue
      }
      // The cells of a table are texts.
      const row = { raw: keepsOthers || isFlat(raw) ? raw : flatten(raw), n, ...(access ? { access } : {}) }
      if (mapping !== undefined) documents.push(read(row))
      else if (first.push(row) === guessedFrom) documents.push(...first.map(read))
    }
    yield documents
  }
  if (mapping === undefined) yield first.map(read)
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

/** How the documents with the same keys are read. */
interface Plan { keys: string[], idKey: string, mapping: FieldMapping, valueKeys: ValueKeys }

/** Makes plans, and keeps the last one: the rows of a table have the same keys. */
function createPlans (): (raw: RawDocument, mapping: FieldMapping, all: boolean) => Plan {
  let last: Plan | undefined
  return (raw, mapping, all) => {
    const keys = Object.keys(raw)
    if (last && areSame(last.keys, keys)) return last
    const idKey = ['id', 'ID', 'Id', '_id'].find(key => key in raw) ?? 'id'
    const known = new Set([idKey, mapping.title, mapping.url, ...mapping.text, ...Object.keys(mapping.fields ?? {})])
    const others = all ? keys.filter(key => !known.has(key) && !key.startsWith('_') && !isAccessKey(key)) : []
    const fields = { ...mapping.fields, ...Object.fromEntries(others.map(key => [key, key])) }
    last = { keys, idKey, mapping: { ...mapping, fields }, valueKeys: valueKeysOf(keys) }
    return last
  }
}

/** Finds the keys that hold access lists, once for all rows with the same keys. */
function createAccessKeys (): (raw: RawDocument) => string[] {
  let last: string[] = []
  let own: string[] = []
  return raw => {
    const keys = Object.keys(raw)
    if (areSame(last, keys)) return own
    last = keys
    return (own = keys.filter(isAccessKey))
  }
}

function areSame (some: string[], others: string[]): boolean {
  return some.length === others.length && some.every((key, i) => key === others[i])
}

function toDocument (
  { raw, n, access }: Row, { idKey, mapping, valueKeys }: Plan, { name, ids }: { name: string, ids: Set<string> }
): ReadDocument {
  const own = idKey in raw ? readDocument(raw, mapping, raw[idKey]) : null
  const document = own ?? readDocument(raw, mapping, n)
  if (document === null) {
    const sought = [mapping.title, ...mapping.text, ...Object.keys(mapping.fields ?? {})].filter(key => key !== undefined)
    return rejectedItem(n, `it contains nothing to search; sought ${listed(sought)}, found ${listed(Object.keys(raw)) || 'nothing'}`)
  }
  const isDuplicate = ids.has(document.id)
  const id = isDuplicate ? `${document.id}#${n}` : document.id
  ids.add(id)
  const { title, text, url } = document
  const read: ReadDocument = {
    id, title: title || nameOf(document) || name, url, fields: document.fields, sections: sectionsOf(text),
    values: valuesOf(raw, valueKeys),
  }
  if (access) read.access = access
  if (own === null || isDuplicate) read.numbered = true
  return read
}

/** Returns a short value that names a row without a title: its first one with a letter. A row's number is nothing to find it by. */
function nameOf ({ text, fields }: IndexedDocument): string {
  const values = [text, ...fields.map(([, value]) => value)]
  return values.find(value => value.length <= maxNameChars && /^[^\n]*\p{L}[^\n]*$/u.test(value)) ?? ''
}

function sectionsOf (text: string): ReadDocument['sections'] {
  if (text.includes('<') && /<(p|br|div|li|h[1-6]|td|span)\b[^>]*>/i.test(text)) return readPage(text, true).sections
  return text === '' ? [] : [{ kind: 'text', text, headings: [] }]
}

function isFlat (raw: RawDocument): boolean {
  for (const key in raw) if (typeof raw[key] === 'object' && raw[key] !== null) return false
  return true
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
