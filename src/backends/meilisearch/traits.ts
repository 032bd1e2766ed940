// Stores whom a document is for, and its values, as attributes that Meilisearch filters by; writes the filters.
import { createHash } from 'node:crypto'
import { typedValue } from '../../language/typed-value.ts'
import type { IndexedDocument } from '../../documents/document.ts'
import type { Filter } from '../../search/filter.ts'
import type { Selection } from '../../search/selection.ts'

/** The attributes of a document, on each of its chunks. Names and values are hashed: a filter then needs no quotes. */
export interface TraitAttributes {
  /** Marks of the names in its access list, or `all`. A document that was stored by others has none: it is for everyone. */
  _access?: string[]
  /** Marks of its fields, and of each text and number in them. */
  _v?: string[]
  /** `_num_<field>` and `_date_<field>` hold the numbers and dates of a field. */
  [numbers: `_num_${string}` | `_date_${string}`]: number[]
}

export const filterableTraits = {
  attributePatterns: ['_access', '_v', '_num_*', '_date_*'],
  features: { facetSearch: false, filter: { equality: true, comparison: true } },
}

const everyone = 'all'
/** Is in the lists that are nobody's: an empty list would count as none. */
const nobody = 'nobody'
/** Matches the documents that are not for everyone. */
export const restricted = `_access EXISTS AND NOT _access = ${everyone}`
const never = `_v = ${nobody}`

const hash = (...parts: (string | number)[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)
const markOfName = (name: string) => `n${hash(name)}`
const markOf = (field: string, ...value: (string | number)[]) => `v${hash(field, ...value)}`

/** Returns the mark for each of the names in an access list; for none, the one of everyone. */
export function accessMarks (access: readonly string[] | undefined): string[] {
  if (access === undefined) return [everyone]
  return access.length === 0 ? [nobody] : access.map(markOfName)
}

export function traitAttributes ({ access, values = [] }: Pick<IndexedDocument, 'access' | 'values'>): TraitAttributes {
  const traits: TraitAttributes = { _access: accessMarks(access) }
  if (values.length === 0) return traits
  const marks = new Set<string>()
  for (const [field, given] of values) {
    marks.add(markOf(field))
    for (const { text, number, date } of given.map(typedValue)) {
      marks.add(markOf(field, text))
      if (number !== null) {
        marks.add(markOf(field, number))
        const numbers = traits[`_num_${hash(field)}`] ??= []
        numbers.push(number)
      }
      if (date !== null) {
        const dates = traits[`_date_${hash(field)}`] ??= []
        dates.push(date)
      }
    }
  }
  return { ...traits, _v: [...marks] }
}

/** Tells whether a document that was read is for somebody. */
export function isForReader (access: unknown, { names }: Selection): boolean {
  if (access === undefined || access === null) return true
  const marks = [access].flat()
  return marks.includes(everyone) || names.some(name => marks.includes(markOfName(name)))
}

/** Returns the filter that finds the documents of a name. */
export const ofName = (name: string) => `_access = ${markOfName(name)}`

/**
 * Returns the filter of a selection; '' when it leaves out nothing.
 * @param isRestricted some documents of the index are not for everyone
 */
export function filterOf ({ names, filter }: Selection, isRestricted: boolean): string {
  const parts = [
    ...(isRestricted ? [`(_access NOT EXISTS OR _access IN [${[everyone, ...names.map(markOfName)].join(', ')}])`] : []),
    ...(filter ? [compile(filter)] : []),
  ]
  return parts.join(' AND ')
}

const operators = { lt: '<', lte: '<=', gt: '>', gte: '>=' }

function compile (filter: Filter): string {
  if ('all' in filter) return joined(filter.all, 'AND', `NOT ${never}`)
  if ('any' in filter) return joined(filter.any, 'OR', never)
  if ('not' in filter) return `NOT ${compile(filter.not)}`
  const { field } = filter
  if ('exists' in filter) return `(_v = ${markOf(field)})`
  if ('than' in filter) {
    const attribute = `_${filter.kind === 'number' ? 'num' : 'date'}_${hash(field)}`
    return `(${attribute} ${operators[filter.than]} "${filter.value}")`
  }
  return `(_v IN [${[...filter.texts, ...filter.numbers].map(value => markOf(field, value)).join(', ')}])`
}

function joined (parts: Filter[], operator: string, none: string): string {
  return `(${parts.length === 0 ? none : parts.map(compile).join(` ${operator} `)})`
}
