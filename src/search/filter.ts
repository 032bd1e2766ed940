// Filters: conditions on the fields of documents, as a client writes them and as engines evaluate them.
import { coded } from '../errors.ts'
import { readDate, sameForm, typedValue } from '../language/typed-value.ts'
import { isObject } from '../plain-object.ts'
import { isWholeText } from '../whole-text.ts'

/** A condition holds for a document when it holds for any of the field's values; a document without the field never fits it. */
export type Filter =
  | { all: Filter[] }
  | { any: Filter[] }
  | { not: Filter }
  | { field: string, exists: true }
  /** The field is one of these texts, in their same form, or of these numbers. */
  | { field: string, texts: string[], numbers: number[] }
  | { field: string, than: Comparison, kind: 'number' | 'date', value: number }

export type Comparison = 'lt' | 'lte' | 'gt' | 'gte'

/** Each condition reads the values of its field in all documents, while no other question of the store's thread is answered. */
const limits = { depth: 8, conditions: 32, values: 100, textChars: 200, nameChars: 100 }
const comparisons: readonly string[] = ['lt', 'lte', 'gt', 'gte'] satisfies Comparison[]

/**
 * Reads a filter: `{"brand": "Doucelin", "price": {"lte": 50}, "or": [{…}, {…}]}`. Its conditions must all hold.
 * Throws INVALID_FILTER.
 */
export function readFilter (given: unknown): Filter {
  let conditions = 0

  function read (given: unknown, depth: number): Filter {
    if (depth > limits.depth) throw refusal(`It is more than ${limits.depth} levels deep.`)
    if (!isObject(given)) throw refusal('It is an object of fields and their conditions.')
    return allOf(Object.entries(given).map(([name, value]) => {
      switch (name) {
        case 'and': return allOf(listOf(name, value).map(one => read(one, depth + 1)))
        case 'or': return { any: listOf(name, value).map(one => read(one, depth + 1)) }
        case 'not': return { not: read(value, depth + 1) }
        default: return readField(name, value)
      }
    }))
  }

  function readField (name: string, given: unknown): Filter {
    const field = sameForm(name)
    if (field === '' || name.length > limits.nameChars) throw refusal(`The name of a field has 1 to ${limits.nameChars} characters.`)
    const parts = isObject(given) ? Object.entries(given) : [[Array.isArray(given) ? 'in' : 'eq', given] as const]
    if (parts.length === 0) throw refusal(`"${shown(name)}" has no condition.`)
    return allOf(parts.map(([operator, value]) => {
      if (++conditions > limits.conditions) throw refusal(`It has more than ${limits.conditions} conditions.`)
      return readCondition(field, operator, value)
    }))
  }

  return read(given, 1)
}

function readCondition (field: string, operator: string, value: unknown): Filter {
  if (operator === 'eq') return value === null ? { not: { field, exists: true } } : oneOf(field, [value])
  if (operator === 'ne') return { not: value === null ? { not: { field, exists: true } } : oneOf(field, [value]) }
  if (operator === 'in') return oneOf(field, listOf(operator, value))
  if (operator === 'exists') {
    if (typeof value !== 'boolean') throw refusal('"exists" is true or false.')
    return value ? { field, exists: true } : { not: { field, exists: true } }
  }
  if (!comparisons.includes(operator)) throw refusal(`"${shown(operator)}" is not one of eq, ne, lt, lte, gt, gte, in, exists.`)
  const than = operator as Comparison
  if (typeof value === 'number' && Number.isFinite(value)) return { field, than, kind: 'number', value }
  const date = typeof value === 'string' ? readDate(value.trim()) : null
  if (date === null) throw refusal(`"${operator}" compares with a number, or with a date such as "2026-11-29".`)
  return { field, than, kind: 'date', value: date }
}

function oneOf (field: string, values: unknown[]): Filter {
  const texts: string[] = []
  const numbers: number[] = []
  for (const value of values) {
    if (typeof value === 'number' && Number.isFinite(value)) numbers.push(value)
    else if (typeof value === 'boolean') texts.push(typedValue(value).text)
    else if (typeof value === 'string' && value.length <= limits.textChars && isWholeText(value)) {
      texts.push(sameForm(value))
    } else throw refusal(`A value is a text of at most ${limits.textChars} characters, a number, true or false.`)
  }
  return { field, texts, numbers }
}

function allOf (parts: Filter[]): Filter {
  return parts.length === 1 ? parts[0]! : { all: parts }
}

function listOf (name: string, value: unknown): unknown[] {
  if (!Array.isArray(value) || value.length > limits.values) throw refusal(`"${name}" takes a list of at most ${limits.values}.`)
  return value
}

function shown (name: string): string {
  return name.slice(0, 40).toWellFormed()
}

function refusal (detail: string): Error {
  return coded('INVALID_FILTER', detail)
}
