// Computes what a question asks over all rows of a set: only where every word of the question is accounted for.
import type { Aggregate, Topic } from '../../language/aggregate.ts'
import type { Quantity } from '../../language/quantities.ts'
import type { Dimension } from '../../language/units.ts'
import { stem, tokens } from '../../language/words.ts'
import type { Language } from '../../types.ts'
import type { DataSet, Row } from './data-set.ts'
import { isHead } from './head-word.ts'
import { areComparable, isMissing, isSingle, readMeasure, type Measure } from './values.ts'

/** Times and dates: nothing asks for the lowest of them. */
const uncompared = new Set<Dimension>(['clock', 'date', 'weekday', 'year'])

/** A figure over a set, and the rows that show it. */
export interface Computed {
  operation: 'min' | 'max' | 'average' | 'rows' | 'values'
  set: DataSet
  /** The column that was compared or listed; '' for rows. */
  column: string
  /** The rows with the lowest or highest value; all that were counted; for an average the lowest and the highest. */
  rows: { row: Row, value: string }[]
  /** How many rows were compared, and how many of the set fit the question; they differ where a row has no value. */
  compared: number
  fitting: number
  /** The words that chose the rows; '' when all were taken. */
  chosenBy: string
  /** The average, written like the values. */
  average?: string
  isRounded?: boolean
  /** How many words of the question named the set or its rows: of two sets the one with more is meant. */
  explained: number
}

/** Returns the figure; null where the question or the data leave a doubt. */
export function compute (asked: Aggregate, set: DataSet, language: Language): Computed | null {
  if (set.rows.length < 2) return null
  const { operation } = asked
  if (operation === 'list' || operation === 'count') {
    const listed = listColumn(asked, set, language)
    if (listed !== null) return listed
    return countRows(asked, set, language)
  }
  const columns = columnsOf(set)
  const named = columns.filter(column => namesColumn(column, asked.topics, language))
  if (asked.dimensions.length === 0 && named.length === 0) return null
  const attempt = (column: string, topics: readonly Topic[]) => {
    const chosen = choose(topics, asked.limits, set, language)
    return chosen && compareColumn(asked, set, column, chosen, language)
  }
  let found = named.map(column => attempt(column, without(asked.topics, column, language))).filter(one => one !== null)
  if (found.length === 0 && asked.dimensions.length > 0) {
    found = columns.map(column => attempt(column, asked.topics)).filter(one => one !== null)
  }
  return found.length === 1 ? found[0]! : prefersPrice(found, asked)
}

/** Of several amounts of money the one whose column is called a price is meant. */
function prefersPrice (found: Computed[], { dimensions }: Aggregate): Computed | null {
  if (dimensions[0] !== 'money') return null
  const prices = found.filter(({ column }) => /^(?:price|prix|preis|precio|tarif)s?(?:\s|$|\()/iu.test(column))
  return prices.length === 1 ? prices[0]! : null
}

function compareColumn (
  { operation, dimensions }: Aggregate, set: DataSet, column: string, { rows, chosenBy, explained }: Chosen, language: Language,
): Computed | null {
  if (rows.length < 2 || isElsewhere(set, column)) return null
  const stated = rows.map(row => ({ row, value: valueOf(row, column) ?? '' })).filter(({ value }) => !isMissing(value))
  if (stated.length < 2 || stated.length * 2 < rows.length) return null
  const measured: { row: Row, value: string, measure: Measure }[] = []
  for (const { row, value } of stated) {
    const measure = readMeasure(column, value, language)
    if (!measure || !isSingle(measure)) return null
    measured.push({ row, value, measure })
  }
  const { dimension } = measured.find(({ measure }) => !measure.isFree)?.measure ?? measured[0]!.measure
  if (dimensions.length > 0 && !dimensions.includes(dimension)) return null
  if (uncompared.has(dimension) || measured.some(({ measure }) => measure.dimension !== dimension)) return null
  if (!areComparable(measured.map(({ measure }) => measure))) return null

  const sorted = measured.toSorted((a, b) => a.measure.low - b.measure.low)
  const shared = { set, column, chosenBy, explained, compared: measured.length, fitting: rows.length }
  if (operation === 'average') {
    if (sorted.some(({ measure }) => measure.isFree || measure.unit !== sorted[0]!.measure.unit ||
      measure.beside !== sorted[0]!.measure.beside)) return null
    const { text, isRounded } = meanOf(sorted.map(({ measure }) => measure), sorted[0]!.value)
    return { ...shared, operation, average: text, isRounded, rows: [sorted[0]!, sorted.at(-1)!].map(({ row, value }) => ({ row, value })) }
  }
  const best = operation === 'min' ? sorted[0]! : sorted.at(-1)!
  const ties = measured.filter(({ measure }) => measure.low === best.measure.low)
  return { ...shared, operation: operation === 'min' ? 'min' : 'max', rows: ties.map(({ row, value }) => ({ row, value })) }
}

/** Returns the mean in the form of the first value: its unit, its place, its decimal mark. */
function meanOf (measures: readonly Measure[], sample: string): { text: string, isRounded: boolean } {
  const [{ form: [before, after] }] = measures as [Measure]
  const mean = measures.reduce((sum, { value }) => sum + value, 0) / measures.length
  const rounded = Math.round(mean * 100) / 100
  const digits = Number.isInteger(rounded) ? String(rounded) : rounded.toFixed(2)
  const comma = /\d,\d{1,2}(?!\d)/.test(sample)
  return { text: before + (comma ? digits.replace('.', ',') : digits) + after, isRounded: Math.abs(mean - rounded) > 1e-9 }
}

/** Lists the different values of the column that the question asks for ("which sizes"). */
function listColumn (asked: Aggregate, set: DataSet, language: Language): Computed | null {
  if (asked.asked === 0) return null
  const said = asked.topics.slice(0, asked.asked)
  const columns = columnsOf(set).filter(column => namesColumn(column, said, language))
  if (columns.length !== 1) return null
  const column = columns[0]!
  if (isElsewhere(set, column)) return null
  const chosen = choose(without(asked.topics, column, language), asked.limits, set, language)
  if (!chosen) return null
  const stated = chosen.rows.map(row => ({ row, value: valueOf(row, column) ?? '' })).filter(({ value }) => !isMissing(value))
  const values = [...new Map(stated.map(one => [one.value.toLowerCase(), one])).values()]
  // A single value says no more than its row.
  if (values.length < 2) return null
  const sorted = values.map(one => ({ ...one, measure: readMeasure(column, one.value, language) }))
  if (sorted.every(({ measure }) => measure && isSingle(measure)) && areComparable(sorted.map(({ measure }) => measure!))) {
    sorted.sort((a, b) => a.measure!.low - b.measure!.low)
  }
  return {
    operation: 'values', set, column, rows: sorted.map(({ row, value }) => ({ row, value })), compared: stated.length,
    fitting: chosen.rows.length, chosenBy: chosen.chosenBy, explained: chosen.explained,
  }
}

/** Counts or lists rows ("how many tents", "which tents under 200 €"). */
function countRows (asked: Aggregate, set: DataSet, language: Language): Computed | null {
  const said = asked.topics.slice(0, asked.asked)
  if (said.length === 0 && !asked.isAnyRow) return null
  const rest = asked.topics.slice(asked.asked)
  const isNamed = said.length > 0 && set.titleColumn !== '' && coversAll(stemsOf(set.titleColumn, language), said)
  // Rows are counted as what their titles name: each must be another thing.
  if (isNamed && isElsewhere(set, set.titleColumn)) return null
  if (isNamed && new Set(set.rows.map(({ title }) => title.toLowerCase())).size < set.rows.length) return null
  const chosen = choose(isNamed ? rest : [...said, ...rest], asked.limits, set, language, said)
  if (!chosen || chosen.rows.length === 0) return null
  // What is counted must be what the rows are, and no property of theirs.
  if (!isNamed && !asked.isAnyRow && !said.every(({ word }) => chosen.headed.has(word))) return null
  return {
    operation: 'rows', set, column: '', rows: chosen.rows.map(row => ({ row, value: '' })), compared: chosen.rows.length,
    fitting: chosen.rows.length, chosenBy: chosen.chosenBy, explained: chosen.explained + (isNamed ? said.length : 0),
  }
}

interface Chosen {
  rows: Row[]
  chosenBy: string
  /** Words that say what the rows are: the head of their titles, or a value of theirs. */
  headed: Set<string>
  explained: number
}

/**
 * Chooses the rows that a question means; null when a word or a measure of it maps to nothing, or to several things.
 * @param titled the words that titles may hold: "how many nappies in the pack" asks for no nappies that are called a pack
 */
function choose (
  topics: readonly Topic[], limits: readonly Quantity[], set: DataSet, language: Language, titled: readonly Topic[] = topics,
): Chosen | null {
  let { rows } = set
  let left = [...topics]
  const headed = new Set<string>()
  const chosenBy: string[] = []

  for (const column of columnsOf(set)) {
    const matched = matchValue(rows, column, left, language)
    if (matched === 'several') return null
    if (matched === null) continue
    rows = rows.filter(row => valueOf(row, column)?.toLowerCase() === matched.value.toLowerCase())
    left = left.filter(topic => !matched.topics.includes(topic))
    matched.topics.forEach(({ word }) => headed.add(word))
    chosenBy.push(matched.value)
  }
  if (left.length > 0) {
    const files = [...new Set(set.rows.map(({ file }) => file))]
    const file = files.length > 1 ? files.find(name => name !== '' && coversAll(stemsOf(name, language), left)) : undefined
    const own = left.every(topic => titled.includes(topic)) ? rows.filter(({ title }) => isHead(title, left, language)) : []
    if (own.length > 0) {
      rows = own
      left.forEach(({ word }) => headed.add(word))
      chosenBy.push(left.map(({ word }) => word).join(' '))
    } else if (file !== undefined) {
      rows = rows.filter(row => row.file === file)
      chosenBy.push(file)
    } else if (!set.aliases.some(alias => coversAll(stemsOf(alias, language), left))) return null
  }
  for (const limit of limits) {
    const fitting = withinLimit(rows, limit, language)
    if (!fitting) return null
    rows = fitting
  }
  return { rows, chosenBy: chosenBy.join(', '), headed, explained: topics.length + limits.length }
}

/** Finds the value of a column that the words name whole: "Lune & Lin". */
function matchValue (
  rows: readonly Row[], column: string, topics: readonly Topic[], language: Language,
): { value: string, topics: Topic[] } | 'several' | null {
  const found = new Map<string, { value: string, topics: Topic[] }>()
  const tried = new Set<string>()
  for (const row of rows) {
    const value = valueOf(row, column)
    if (value === undefined || value.length > 60 || tried.has(value)) continue
    tried.add(value)
    const stems = stemsOf(value, language)
    const named = topics.filter(topic => stems.has(topic.stem))
    const isWhole = named.length > 0 && [...stems].every(one => topics.some(topic => topic.stem === one))
    if (isWhole) found.set(value.toLowerCase(), { value, topics: named })
  }
  if (found.size === 0) return null
  const longest = [...found.values()].sort((a, b) => b.topics.length - a.topics.length)
  return longest.length > 1 && longest[0]!.topics.length === longest[1]!.topics.length ? 'several' : longest[0]!
}

/** Returns the rows that fit a measure; null unless exactly one column has such measures, in every row. */
function withinLimit (rows: readonly Row[], limit: Quantity, language: Language): Row[] | null {
  const isBound = limit.low !== limit.high
  const columns = new Set(rows.flatMap(({ cells }) => cells.map(([column]) => column)))
  const fitting = [...columns].map(column => {
    const measures = rows.map(row => {
      const value = valueOf(row, column)
      return isMissing(value) ? null : readMeasure(column, value!, language)
    })
    const fits = measures.every(measure => measure !== null && measure.dimension === limit.dimension &&
      (measure.isFree || limit.dimension !== 'money' || measure.unit === '' || measure.unit === limit.unit) &&
      (isSingle(measure) || !isBound))
    if (!fits) return null
    return rows.filter((_, i) => {
      const { low, high } = measures[i]!
      return isBound ? low >= limit.low && high <= limit.high : low <= limit.low && limit.high <= high
    })
  }).filter(one => one !== null)
  return fitting.length === 1 ? fitting[0]! : null
}

function isElsewhere ({ elsewhere }: DataSet, column: string): boolean {
  return elsewhere.has(column.toLowerCase())
}

function columnsOf ({ rows }: DataSet): string[] {
  return [...new Set(rows.flatMap(({ cells }) => cells.map(([column]) => column)))]
}

function valueOf ({ cells }: Row, column: string): string | undefined {
  return cells.find(([name]) => name === column)?.[1]
}

function namesColumn (column: string, topics: readonly Topic[], language: Language): boolean {
  const stems = stemsOf(column, language)
  return topics.some(topic => stems.has(topic.stem))
}

function without (topics: readonly Topic[], column: string, language: Language): Topic[] {
  const stems = stemsOf(column, language)
  return topics.filter(topic => !stems.has(topic.stem))
}

function coversAll (stems: Set<string>, topics: readonly Topic[]): boolean {
  return topics.every(topic => stems.has(topic.stem))
}

function stemsOf (text: string, language: Language): Set<string> {
  return new Set(tokens(text).map(word => stem(word, language)))
}
