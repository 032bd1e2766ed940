// Limits searches to the documents that somebody may see and that a filter accepts, inside the query.
import { typedValue } from '../../../language/typed-value.ts'
import type { FieldValues } from '../../../documents/values.ts'
import type { Filter } from '../../../search/filter.ts'
import type { Selection } from '../../../search/selection.ts'
import { lookUp, type CompanyFile } from '../file.ts'
import { countVisible } from '../hidden.ts'

/** The passages that a search is limited to. */
export interface PassageLimit {
  /** Returns SQL that keeps the passages, beginning with AND. @param rowid the column with a passage's number */
  where (rowid: string): string
  /** How many passages there are, and their share of all. */
  total: number
  share: number
}

export const tasks = {
  /** Returns those of some names that any document's access list has; null when no document has a list. */
  readAudience (file: CompanyFile | null, { names }: { names: readonly string[] }): { named: string[] | null, version: string } {
    if (!file) return { named: null, version: '0' }
    const version = file.version()
    if (!isRestricted(file)) return { named: null, version }
    const rows = file
      .sql(
        `SELECT DISTINCT name FROM audience_names n WHERE name IN (SELECT value FROM json_each(?))
        AND EXISTS (SELECT 1 FROM documents d WHERE d.audience > 0 AND d.audience = n.audience) ORDER BY name`
      )
      .all(JSON.stringify(names))
    return { named: rows.map(({ name }) => name as string), version }
  },
}

/** Tells whether any document has an access list. */
export function isRestricted (file: CompanyFile): boolean {
  return lookUp(file, 'restricted', () => file.sql('SELECT 1 FROM documents WHERE audience > 0 LIMIT 1').get() !== undefined)
}

/** Returns the number of an access list in this file; 0 = everyone. */
export function audienceNumber (file: CompanyFile, access: readonly string[] | undefined): number {
  if (access === undefined) return 0
  const names = JSON.stringify(access)
  const known = file.sql('SELECT audience FROM audiences WHERE names = ?').get(names)
  if (known) return known.audience as number
  const audience = Number(file.sql('INSERT INTO audiences (names) VALUES (?)').run(names).lastInsertRowid)
  for (const name of access) file.sql('INSERT INTO audience_names VALUES (?, ?)').run(name, audience)
  return audience
}

/** Returns the access list with a number; undefined = everyone. */
export function accessOf (file: CompanyFile, audience: number): string[] | undefined {
  return audience === 0 ? undefined : JSON.parse(file.sql('SELECT names FROM audiences WHERE audience = ?').get(audience)!.names as string)
}

/** Returns the numbers of the access lists that have any of these names. */
export function audiencesOf (file: CompanyFile, names: readonly string[]): Set<number> {
  if (names.length === 0) return new Set()
  const rows = file.rows('SELECT audience FROM audience_names WHERE name IN (SELECT value FROM json_each(?))').all(JSON.stringify(names))
  return new Set((rows as unknown as [number][]).map(([audience]) => audience))
}

export function writeValues (file: CompanyFile, document: number, values: FieldValues): void {
  for (const [name, given] of values) {
    for (const { text, number, date } of given.map(typedValue)) {
      file.sql('INSERT OR IGNORE INTO document_values (name, text, document, number, date) VALUES (?, ?, ?, ?, ?)')
        .run(name, text, document, number, date)
    }
  }
}

export function removeValues (file: CompanyFile, document: number): void {
  file.sql('DELETE FROM document_values WHERE document = ?').run(document)
}

interface Condition { sql: string, values: (string | number)[] }

/** Returns the SQL of a selection on a document `d`, whose values are bound. */
export function documentCondition ({ names, filter }: Selection): Condition {
  const seen = 'd.audience = 0 OR d.audience IN (SELECT audience FROM audience_names WHERE name IN (SELECT value FROM json_each(?)))'
  const asked = filter ? compile(filter) : { sql: 'true', values: [] }
  return { sql: `(${seen}) AND ${asked.sql}`, values: [JSON.stringify(names), ...asked.values] }
}

const operators = { lt: '<', lte: '<=', gt: '>', gte: '>=' }

function compile (filter: Filter): Condition {
  if ('all' in filter) return joined(filter.all, 'AND', 'true')
  if ('any' in filter) return joined(filter.any, 'OR', 'false')
  if ('not' in filter) {
    const { sql, values } = compile(filter.not)
    return { sql: `NOT ${sql}`, values }
  }
  const holding = (condition: string, ...values: (string | number)[]): Condition =>
    ({ sql: `(d.rowid IN (SELECT document FROM document_values WHERE name = ? ${condition}))`, values: [filter.field, ...values] })
  if ('exists' in filter) return holding('')
  if ('than' in filter) return holding(`AND ${filter.kind} ${operators[filter.than]} ?`, filter.value)
  return holding(
    'AND (text IN (SELECT value FROM json_each(?)) OR number IN (SELECT value FROM json_each(?)))',
    JSON.stringify(filter.texts), JSON.stringify(filter.numbers)
  )
}

function joined (parts: Filter[], operator: string, none: string): Condition {
  const compiled = parts.map(compile)
  return {
    sql: compiled.length === 0 ? none : `(${compiled.map(({ sql }) => sql).join(` ${operator} `)})`,
    values: compiled.flatMap(({ values }) => values),
  }
}

/** The most sets of passages that are kept of one file, each in a temporary table, and the most selections that need none. */
const maxSets = 4
const maxUnlimited = 100
interface Sets { version: string, made: Map<string, PassageLimit & { slot: number }>, unlimited: Set<string> }
const sets = new WeakMap<CompanyFile, Sets>()

/** Returns the limit of a selection; null when it leaves out nothing. The same one is made once for each state of the documents. */
export function passagesFor (file: CompanyFile, selection: Selection): PassageLimit | null {
  const restricted = isRestricted(file)
  if (!restricted && !selection.filter) return null
  const version = file.version()
  let known = sets.get(file)
  if (known?.version !== version) sets.set(file, known = { version, made: new Map(), unlimited: new Set() })
  const { made, unlimited } = known
  const key = JSON.stringify([restricted ? selection.names : [], selection.filter])
  if (unlimited.has(key)) return null
  const found = made.get(key)
  // Used last, so that the next one does not take its table: a search needs two of them.
  if (found && made.delete(key)) made.set(key, found)
  if (found) return found
  const oldest = made.size < maxSets ? undefined : made.entries().next().value!
  if (oldest) made.delete(oldest[0])
  // Not their number: where a selection turned out to need none, a table before the last one is free.
  const taken = new Set([...made.values()].map(({ slot }) => slot))
  let slot = 0
  while (taken.has(slot)) slot++
  const limit = { slot, ...makeSet(file, selection, `temp.selected_${slot}`) }
  if (limit.share === 1 && !selection.filter) {
    if (unlimited.size < maxUnlimited) unlimited.add(key)
    return null
  }
  made.set(key, limit)
  return limit
}

function makeSet (file: CompanyFile, selection: Selection, table: string): PassageLimit {
  file.db.exec(`CREATE TABLE IF NOT EXISTS ${table} (passage INTEGER PRIMARY KEY)`)
  file.sql(`DELETE FROM ${table}`).run()
  const { sql, values } = documentCondition(selection)
  // Access alone leaves out a few documents; a filter leaves a few.
  const chosen = selection.filter ? sql : `d.audience > 0 AND NOT (${sql})`
  // Not prepared once: every filter has its own text.
  const { changes } = file.db
    .prepare(`INSERT INTO ${table} SELECT p.rowid FROM documents d JOIN passages p ON p.document = d.rowid WHERE ${chosen}`)
    .run(...values)
  const where = (rowid: string) => `AND ${rowid} ${selection.filter ? '' : 'NOT '}IN (SELECT passage FROM ${table})`
  const all = countVisible(file)
  const total = Math.max(0, selection.filter ? Number(changes) : all - Number(changes))
  return { where, total, share: total / Math.max(1, all) }
}
