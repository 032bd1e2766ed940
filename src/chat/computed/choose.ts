// Chooses the rows that a question means: by whole values of a column, by what titles name, by the file, and by measures.
import { topicStem, type Limit, type Topic } from '../../language/aggregate.ts'
import type { Dimension } from '../../language/units.ts'
import { fold, tokens } from '../../language/words.ts'
import type { Language } from '../../types.ts'
import type { DataSet, Row } from './data-set.ts'
import { isHead } from './head-word.ts'
import { isMissing, isSingle, readMeasure, type Measure } from './values.ts'

export interface Chosen {
  rows: Row[]
  chosenBy: string
  /** The column that a measure of the question limits. */
  limited: string | undefined
  /** Words that say what the rows are: the head of their titles, or a value of theirs. */
  headed: Set<string>
  explained: number
  /** Where a limit leaves none of the rows: those before it, and the column that it limits. */
  missed?: { rows: Row[], column: string, limit: Limit }
}

/**
 * Chooses the rows that a question means; null when a word or a measure of it maps to nothing, or to several things.
 * @param titled the words that titles may hold: "how many nappies in the pack" asks for no nappies that are called a pack
 */
export function choose (
  topics: readonly Topic[], limits: readonly Limit[], set: DataSet, language: Language, titled: readonly Topic[] = topics,
): Chosen | null {
  let { rows } = set
  let left = [...topics]
  const headed = new Set<string>()
  const chosenBy: string[] = []
  let limited: string | undefined
  let missed: Chosen['missed']

  for (const column of columnsOf(set)) {
    const matched = matchValue(rows, column, left, language)
    if (matched === 'several') return null
    if (matched === null) continue
    rows = rows.filter(row => valueOf(row, column)?.toLowerCase() === matched.value.toLowerCase())
    // "Of the brand Doucelin": the name of the column is accounted for too.
    const label = stemsOf(column, language)
    left = left.filter(topic => !matched.topics.includes(topic) && !label.has(topic.stem))
    matched.topics.forEach(({ word }) => headed.add(word))
    chosenBy.push(matched.value)
  }
  if (left.length > 0) {
    const files = [...new Set(set.rows.map(({ file }) => file))]
    const file = files.length > 1 ? files.find(name => name !== '' && coversAll(stemsOf(name, language), left)) : undefined
    const isOfKind = ({ kind: name }: Row) => name !== '' && coversAll(stemsOf(name, language), left)
    const isTitled = ({ title }: Row) => mayName(title, left) && isHead(title, left, language)
    const own = left.every(topic => titled.includes(topic)) ? rows.filter(isTitled) : []
    const kind = own.length < rows.length ? kindColumn(rows, left, language) : null
    if (rows.every(isOfKind)) {
      // "The cheapest ticket": all rows of a column "Ticket" are tickets, also those that are called otherwise.
    } else if (kind !== null && own.every(row => kind.rows.includes(row))) {
      rows = kind.rows
      left.forEach(({ word }) => headed.add(word))
      chosenBy.push(...kind.values)
    } else if (own.length > 0) {
      rows = own
      left.forEach(({ word }) => headed.add(word))
      chosenBy.push(left.map(({ word }) => language === 'de' ? word.charAt(0).toUpperCase() + word.slice(1) : word).join(' '))
    } else if (file !== undefined) {
      rows = rows.filter(row => row.file === file)
      chosenBy.push(file)
    } else if (!set.aliases.some(alias => coversAll(stemsOf(alias, language), left))) return null
  }
  for (const limit of limits) {
    const fitting = withinLimit(set, rows, limit, language)
    if (!fitting) return null
    if (fitting.rows.length === 0 && rows.length > 0) missed = { rows, column: fitting.column, limit }
    rows = fitting.rows
    if (limit.low === limit.high) chosenBy.push(limit.written)
    if (limited === undefined || limit.dimension === 'money') limited = fitting.column
  }
  return { rows, limited, chosenBy: chosenBy.join(', '), headed, explained: topics.length + limits.length, ...(missed ? { missed } : {}) }
}

/** Tells fast that a text names none of these words: most of the thousands of values do not. */
function mayName (text: string, topics: readonly Topic[]): boolean {
  const folded = fold(text.toLowerCase())
  return topics.some(({ stem }) => folded.includes(stem.slice(0, 3)))
}

/** Finds the one column in which values say that a row is of that kind: "bikes" in "City bike", "Electric bike". */
function kindColumn (rows: readonly Row[], topics: readonly Topic[], language: Language): { rows: Row[], values: string[] } | null {
  const found = [...new Set(rows.flatMap(({ cells }) => cells.map(([column]) => column)))].map(column => {
    const kinds = new Map<string, boolean>()
    for (const row of rows) {
      const value = valueOf(row, column)
      if (value === undefined || value.length > 60 || kinds.has(value)) continue
      kinds.set(value, mayName(value, topics) && isHead(value, topics, language))
    }
    const values = [...kinds].filter(([, is]) => is).map(([value]) => value)
    return { rows: rows.filter(row => values.includes(valueOf(row, column) ?? '')), values }
  }).filter(({ values }) => values.length > 0)
  return found.length === 1 ? found[0]! : null
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
    if (!mayName(value, topics)) continue
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
function withinLimit (set: DataSet, rows: readonly Row[], limit: Limit, language: Language): { rows: Row[], column: string } | null {
  const isBound = limit.low !== limit.high
  const columns = new Set(rows.flatMap(({ cells }) => cells.map(([column]) => column)))
  const fitting = [...columns].map(column => {
    const measures: Measure[] = []
    for (const row of rows) {
      const measure = measureOf(set, column, valueOf(row, column), language)
      const fits = measure !== null && measure.dimension === limit.dimension && (isSingle(measure) || !isBound) &&
        (measure.isFree || limit.dimension !== 'money' || measure.unit === '' || limit.unit === null || measure.unit === limit.unit)
      if (!fits) return null
      measures.push(measure)
    }
    const within = rows.filter((_, i) => {
      const { low, high } = measures[i]!
      return isBound ? low >= limit.low && high <= limit.high : low <= limit.low && limit.high <= high
    })
    return { rows: within, column }
  }).filter(one => one !== null)
  return fitting.length === 1 ? fitting[0]! : null
}

/** Returns what a cell measures. Each value is read once. */
export function measureOf ({ measures }: DataSet, column: string, value: string | undefined, language: Language): Measure | null {
  if (isMissing(value)) return null
  const key = `${column}\n${value!}`
  let measure = measures.get(key)
  if (measure === undefined) measures.set(key, measure = readMeasure(column, value!, language))
  return measure
}

/** Returns the dimension of a column's first value; undefined when it measures nothing. */
export function dimensionOf (set: DataSet, column: string, language: Language): Dimension | undefined {
  const first = set.rows.find(row => !isMissing(valueOf(row, column)))
  return first && measureOf(set, column, valueOf(first, column), language)?.dimension
}

export function columnsOf ({ rows }: DataSet): string[] {
  return [...new Set(rows.flatMap(({ cells }) => cells.map(([column]) => column)))]
}

export function valueOf ({ cells }: Row, column: string): string | undefined {
  return cells.find(([name]) => name === column)?.[1]
}

export function coversAll (stems: Set<string>, topics: readonly Topic[]): boolean {
  return topics.every(topic => stems.has(topic.stem))
}

export function stemsOf (text: string, language: Language): Set<string> {
  return new Set(tokens(text).map(word => topicStem(word, language)))
}

export function namesColumn (column: string, topics: readonly Topic[], language: Language): boolean {
  const stems = stemsOf(column, language)
  return topics.some(topic => stems.has(topic.stem))
}
