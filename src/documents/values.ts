// The values of a document's own fields, by which questions can be filtered.
import { sameForm, type FieldValue } from '../language/typed-value.ts'
import { isAccessKey } from './access.ts'

/** Each field with its values, more than one where the document has a list. Names are in small letters. */
export type FieldValues = [name: string, values: FieldValue[]][]

/** A longer text is no value to filter by. */
const maxTextChars = 200
const maxNameChars = 100
const maxFields = 64
const maxValues = 100

/** Returns the short values of a document, in the order of its keys. */
export function valuesOf (raw: Record<string, unknown>): FieldValues {
  const found = new Map<string, FieldValue[]>()
  for (const key in raw) {
    if (key.startsWith('_')) continue
    const name = sameForm(key)
    if (isAccessKey(key) || name === '' || name.length > maxNameChars) continue
    const values = [raw[key]].flat().slice(0, maxValues).filter(isShort)
    if (values.length === 0) continue
    const known = found.get(name)
    if (known) found.set(name, [...known, ...values].slice(0, maxValues))
    else if (found.size < maxFields) found.set(name, values)
  }
  return [...found]
}

function isShort (value: unknown): value is FieldValue {
  if (typeof value === 'string') return value.length <= maxTextChars && value.trim() !== ''
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
}
