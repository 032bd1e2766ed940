// Compares two things that a question names: only where each is exactly one row, and one column states what is compared of both.
import { type Topic } from '../../language/aggregate.ts'
import type { Comparison } from '../../language/comparison.ts'
import type { Language } from '../../types.ts'
import { columnsOf, coversAll, measureOf, stemsOf, valueOf } from './choose.ts'
import { compareColumn, theLikeliest, type Computed } from './compute.ts'
import type { DataSet, Row } from './data-set.ts'

/** Returns the two things with their values; null where the question or the data leave a doubt. */
export function compareThings ({ things, dimensions, operation, form }: Comparison, set: DataSet, language: Language): Computed | null {
  const rows = things.map(topics => rowOf(topics, set, language))
  const [first, second] = rows
  if (!first || !second || first === second) return null
  const chosen = { rows: [first, second], chosenBy: '', limited: undefined, headed: new Set<string>(), explained: 0 }
  const found = columnsOf(set)
    .map(column => compareColumn({ operation, dimensions, limits: [] }, set, column, chosen, language, false))
    .filter(one => one !== null)
  const compared = found.length === 1 ? found[0]! : theLikeliest(found, { dimensions })
  if (!compared || compared.compared < 2) return null
  const { column } = compared
  const [low, other] = [first, second].map(row => measureOf(set, column, valueOf(row, column), language)!.low)
  const isFirst = operation === 'min' ? low! < other! : low! > other!
  const verdict = low === other ? 'same'
    : form === 'than' ? isFirst ? 'yes' : 'no'
      : operation === 'min' ? 'lowest' : 'highest'
  const order = form === 'or' && !isFirst ? [second, first] : [first, second]
  return {
    ...compared, operation: 'compare', verdict, rows: order.map(row => ({ row, value: valueOf(row, column)! })),
    explained: things.flat().length,
  }
}

/** Returns the only row that all words name: its title does, or its title and values together. */
function rowOf (topics: readonly Topic[], set: DataSet, language: Language): Row | null {
  const named = (textOf: (row: Row) => string, words: readonly Topic[]) =>
    words.length === 0 ? [] : set.rows.filter(row => coversAll(stemsOf(textOf(row), language), words))
  const whole = ({ title, cells }: Row) => [title, ...cells.map(([, value]) => value)].join('\n')
  // "Is home delivery cheaper …" in a table of deliveries.
  const own = topics.filter(topic => !set.aliases.some(alias => stemsOf(alias, language).has(topic.stem)))
  for (const rows of [named(({ title }) => title, topics), named(({ title }) => title, own), named(whole, topics), named(whole, own)]) {
    if (rows.length > 0) return rows.length === 1 ? rows[0]! : exactly(rows, topics, language)
  }
  return null
}

/** Of several rows, returns the one whose title says nothing else. */
function exactly (rows: readonly Row[], topics: readonly Topic[], language: Language): Row | null {
  const exact = rows.filter(({ title }) => [...stemsOf(title, language)].every(one => topics.some(({ stem }) => stem === one)))
  return exact.length === 1 ? exact[0]! : null
}
