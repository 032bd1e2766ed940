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

/** The keys of documents that may hold values, each with the name of its field. */
export interface ValueKeys { names: [key: string, name: string][], areDistinct: boolean }

export function valueKeysOf (keys: string[]): ValueKeys {
  const names = keys.filter(key => !key.startsWith('_') && !isAccessKey(key)).map((key): [string, string] => [key, sameForm(key)])
    .filter(([, name]) => name !== '' && name.length <= maxNameChars)
  return { names, areDistinct: new Set(names.map(([, name]) => name)).size === names.length }
}

/**
 * Returns the short values of a document, in the order of its keys.
 * @param keys those of the document; many that have the same need them only once
 */
export function valuesOf (raw: Record<string, unknown>, { names, areDistinct }: ValueKeys = valueKeysOf(Object.keys(raw))): FieldValues {
  const found: FieldValues = []
  for (const [key, name] of names) {
    const values = shortValues(raw[key])
    if (values.length === 0) continue
    const known = areDistinct ? undefined : found.find(([other]) => other === name)
    if (known) known[1] = [...known[1], ...values].slice(0, maxValues)
    else if (found.length < maxFields) found.push([name, values])
  }
  return found
}

function shortValues (value: unknown): FieldValue[] {
  if (Array.isArray(value)) return value.slice(0, maxValues).filter(isShort)
  return isShort(value) ? [value] : []
}

function isShort (value: unknown): value is FieldValue {
  if (typeof value === 'string') return value.length <= maxTextChars && value.trim() !== ''
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
}
