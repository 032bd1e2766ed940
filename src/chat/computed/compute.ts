// Computes what a question asks over all rows of a set: only where every word of the question is accounted for.
import type { Aggregate, Topic } from '../../language/aggregate.ts'
import { numberWord } from '../../language/number-words.ts'
import { unitOf, type Dimension } from '../../language/units.ts'
import { fold, tokens } from '../../language/words.ts'
import type { Language } from '../../types.ts'
import { choose, columnsOf, coversAll, dimensionOf, measureOf, namesColumn, stemsOf, valueOf, type Chosen } from './choose.ts'
import type { DataSet, Row } from './data-set.ts'
import { areComparable, isMissing, isSingle, type Measure } from './values.ts'

/** Times and dates: nothing asks for the lowest of them. */
const uncompared = new Set<Dimension>(['clock', 'date', 'weekday', 'year'])

/** A figure over a set, and the rows that show it. */
export interface Computed {
  operation: 'min' | 'max' | 'average' | 'rows' | 'values' | 'compare'
  set: DataSet
  /** The column that was compared or listed; '' for rows. */
  column: string
  /** What the values measure; absent for rows and values that are listed. */
  dimension?: Dimension
  /** How many of the lowest or highest are named, where several are asked for. */
  most?: number
  /** 2: the second lowest or highest is named. */
  place?: number
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
  /** None of the rows fits the limit: the lowest or highest one comes nearest. */
  isMissed?: true
  /** Of two things: what holds of the first, or which end the first has of those that were asked for. */
  verdict?: 'yes' | 'no' | 'lowest' | 'highest' | 'same'
  /** How many words of the question named the set or its rows: of two sets the one with more is meant. */
  explained: number
}

/** Returns the figure; null where the question or the data leave a doubt. */
export function compute (asked: Aggregate, set: DataSet, language: Language): Computed | null {
  if (set.rows.length < 2) return null
  const { operation } = asked
  if (operation === 'list' || operation === 'count') {
    const listed = asked.isUnsaid ? null : listColumn(asked, set, language)
    if (listed !== null) return listed
    return countRows(asked, set, language)
  }
  // "The cheapest two seaters" are no two things.
  if (asked.most !== undefined && isPartOfNames(asked, set)) return null
  const columns = columnsOf(set)
  const named = columns.filter(column => namesColumn(column, asked.topics, language))
  if (asked.dimensions.length === 0 && named.length === 0) return null
  // Several columns are tried with the same words.
  const choices = new Map<string, Chosen | null>()
  const attempt = (column: string, all: readonly Topic[]) => {
    const dimension = dimensionOf(set, column, language)
    // "Sleeps the most people": people only name the unit of the column.
    const topics = all.filter(({ word }) => dimension === undefined || unitOf(word, false)?.dimension !== dimension)
    const key = topics.map(({ word }) => word).join(' ')
    if (!choices.has(key)) choices.set(key, choose(topics, asked.limits, set, language))
    const chosen = choices.get(key)
    return chosen ? compareColumn(asked, set, column, chosen, language, named.includes(column)) : null
  }
  let found = named.map(column => attempt(column, without(asked.topics, column, language))).filter(one => one !== null)
  if (found.length === 0 && asked.dimensions.length > 0) {
    found = columns.map(column => attempt(column, asked.topics)).filter(one => one !== null)
  }
  return found.length === 1 ? found[0]! : theLikeliest(found, asked)
}

/** Tells whether a title has the number right before a word of the question: it belongs to the name of the things. */
function isPartOfNames ({ most, topics }: Aggregate, { rows }: DataSet): boolean {
  return rows.some(({ title }) => {
    const words = tokens(title).map(word => fold(word.toLowerCase()))
    return words.some((word, i) => (word === String(most) || numberWord(word) === most) && topics.some(({ word: topic }) =>
      words[i + 1]?.slice(0, 4) === fold(topic.toLowerCase()).slice(0, 4)))
  })
}

/** Of several amounts of money the one whose column is called a price is meant; of a length and a duration, the length of a thing. */
export function theLikeliest (found: Computed[], { dimensions }: Pick<Aggregate, 'dimensions'>): Computed | null {
  const likely = dimensions[0] === 'money'
    ? found.filter(({ column }) => /^(?:price|prix|preis|precio|tarif)s?(?:\s|$|\()/iu.test(column))
    : found.filter(({ dimension }) => dimension === dimensions[0])
  return likely.length === 1 ? likely[0]! : null
}

/** Matches the names of durations that are no property of the thing itself: "the longest rope" is not the one with most guarantee. */
const promised = /garant|warrant|guarant|gewähr|délai|lieferzeit|plazo|delivery/iu

/** Compares the chosen rows by a column; null where it does not measure what is asked, in each of them. */
export function compareColumn (
  { operation, dimensions, limits, most, place }: Pick<Aggregate, 'operation' | 'dimensions' | 'limits' | 'most' | 'place'>,
  set: DataSet, column: string, { rows, chosenBy, explained }: Chosen, language: Language, isNamed: boolean,
): Computed | null {
  // A single row is found without comparing, unless a measure chose it.
  const least = limits.length > 0 && operation !== 'average' ? 1 : 2
  if (rows.length < least || isElsewhere(set, column)) return null
  const stated = rows.map(row => ({ row, value: valueOf(row, column) ?? '' })).filter(({ value }) => !isMissing(value))
  if (stated.length < least || (!isNamed && stated.length * 2 < rows.length)) return null
  const measured: { row: Row, value: string, measure: Measure }[] = []
  for (const { row, value } of stated) {
    const measure = measureOf(set, column, value, language)
    if (!measure || !isSingle(measure)) return null
    if (dimensions.length > 0 && !dimensions.includes(measure.dimension)) return null
    measured.push({ row, value, measure })
  }
  const { dimension } = measured.find(({ measure }) => !measure.isFree)?.measure ?? measured[0]!.measure
  if (!isNamed && dimension === 'duration' && promised.test(column)) return null
  if (uncompared.has(dimension) || measured.some(({ measure }) => measure.dimension !== dimension)) return null
  if (!areComparable(measured.map(({ measure }) => measure))) return null

  const sorted = measured.toSorted((a, b) => a.measure.low - b.measure.low)
  const shared = { set, column, dimension, chosenBy, explained, compared: measured.length, fitting: rows.length }
  if (operation === 'average') {
    if (sorted.some(({ measure }) => measure.isFree || measure.unit !== sorted[0]!.measure.unit ||
      measure.beside !== sorted[0]!.measure.beside)) return null
    const { text, isRounded } = meanOf(sorted.map(({ measure }) => measure), sorted.map(({ value }) => value))
    return { ...shared, operation, average: text, isRounded, rows: [sorted[0]!, sorted.at(-1)!].map(({ row, value }) => ({ row, value })) }
  }
  if (most !== undefined) {
    const named = operation === 'min' ? sorted : sorted.toReversed()
    // Of two with the same value one would be left out.
    if (named.length <= most || named[most - 1]!.measure.low === named[most]!.measure.low) return null
    const rows = named.slice(0, most).map(({ row, value }) => ({ row, value }))
    return { ...shared, operation: operation === 'min' ? 'min' : 'max', most, rows }
  }
  if (place !== undefined) {
    const ordered = operation === 'min' ? sorted : sorted.toReversed()
    const value = (i: number) => ordered[i]?.measure.low
    // Where two are equal, no one can say which of them is the second.
    if (ordered.length < place || ordered.slice(0, place).some((_, i) => value(i) === value(i + 1))) return null
    const { row, value: written } = ordered[place - 1]!
    return { ...shared, operation: operation === 'min' ? 'min' : 'max', place, rows: [{ row, value: written }] }
  }
  const best = operation === 'min' ? sorted[0]! : sorted.at(-1)!
  const ties = measured.filter(({ measure }) => measure.low === best.measure.low)
  return { ...shared, operation: operation === 'min' ? 'min' : 'max', rows: ties.map(({ row, value }) => ({ row, value })) }
}

/** Returns the mean in the form of the values: their unit and its place, their decimals and thousands. */
function meanOf (measures: readonly Measure[], samples: readonly string[]): { text: string, isRounded: boolean } {
  const sample = samples[0]!
  const [{ form: [before, after] }] = measures as [Measure]
  const mean = measures.reduce((sum, { value }) => sum + value, 0) / measures.length
  const rounded = Math.round(mean * 100) / 100
  const hasCents = /\d[.,]\d{2}(?!\d)/.test(sample)
  const [whole, part] = (Number.isInteger(rounded) && !hasCents ? String(rounded) : rounded.toFixed(2)).split('.') as [string, string?]
  const group = samples.map(text => /\d([\s.,'’])\d{3}(?!\d)/.exec(text)?.[1]).find(mark => mark !== undefined)
  const grouped = group === undefined ? whole : whole.replace(/\B(?=(?:\d{3})+(?!\d))/g, group)
  const mark = samples.some(text => /\d,\d{1,2}(?!\d)/.test(text)) ? ',' : '.'
  return { text: before + grouped + (part === undefined ? '' : mark + part) + after, isRounded: Math.abs(mean - rounded) > 1e-9 }
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
  const sorted = values.map(one => ({ ...one, measure: measureOf(set, column, one.value, language) }))
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
  if (!chosen || (chosen.rows.length === 0 && !chosen.missed)) return null
  // What is counted must be what the rows are, and no property of theirs.
  if (!isNamed && !asked.isAnyRow && !said.every(({ word }) => chosen.headed.has(word))) return null
  if (chosen.missed) return nearestMissed(asked, set, chosen, chosen.missed, language)
  return {
    operation: 'rows', set, column: '', compared: chosen.rows.length,
    rows: chosen.rows.map(row => ({ row, value: chosen.limited === undefined ? '' : valueOf(row, chosen.limited) ?? '' })),
    fitting: chosen.rows.length, chosenBy: chosen.chosenBy, explained: chosen.explained + (isNamed ? said.length : 0),
  }
}

/** Returns the row that comes nearest to a limit that none fits: the lowest one where all are above it. */
function nearestMissed (
  asked: Aggregate, set: DataSet, chosen: Chosen, { rows, column, limit }: NonNullable<Chosen['missed']>, language: Language
): Computed | null {
  if (Number.isFinite(limit.low) === Number.isFinite(limit.high)) return null
  const operation = Number.isFinite(limit.high) ? 'min' : 'max'
  const nearest = compareColumn({ ...asked, operation, dimensions: [limit.dimension] }, set, column, { ...chosen, rows }, language, true)
  return nearest && { ...nearest, isMissed: true }
}

function isElsewhere ({ elsewhere }: DataSet, column: string): boolean {
  return elsewhere.has(column.toLowerCase())
}

function without (topics: readonly Topic[], column: string, language: Language): Topic[] {
  const stems = stemsOf(column, language)
  return topics.filter(topic => !stems.has(topic.stem))
}
