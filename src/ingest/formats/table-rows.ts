// Makes documents of the lines of a table: finds what names its columns, and reads each line below as a row.
import type { FieldMapping } from '../../types.ts'
import type { ReadDocument } from '../../documents/content.ts'
import { furtherHeadOf, headOf, headSample } from './csv-head.ts'
import type { Head } from './csv-head.ts'
import { readRows } from './records.ts'
import type { Row } from './records.ts'

/** A line of a table. `whole` has the value of a merged cell in each column that it covers, `cells` in the first alone. */
export interface TableLine { cells: string[], whole?: string[] }

/** Divides the cells of a line again, when the first lines show how many there should be. */
export type Divide = (cells: string[], width: number) => string[]

/** Yields the documents of the rows, one for each, and at the end one for what stands above the columns' names. */
export async function * readTable (
  lines: Iterable<TableLine[]> | AsyncIterable<TableLine[]>, name: string, mapping?: FieldMapping, divide: Divide = cells => cells
): AsyncGenerator<ReadDocument[]> {
  const titles: string[] = []
  // Handing each batch on by itself costs less than to delegate to the generator.
  for await (const documents of readRows(rowsOf(lines, titles, divide), name, mapping, { keepsOthers: true })) yield documents
  if (titles.length > 0) {
    yield [{ id: 'head', title: titles[0]!, url: '', fields: [], sections: [{ kind: 'text', text: titles.join('\n'), headings: [] }] }]
  }
}

/** A first block of fewer lines is a title with what follows it. */
const minLines = 3
/** How many lines below a blank one show if they begin another table. */
const furtherSample = 12

/**
 * Yields the rows of a table, and of further tables below blank lines that have names of their own.
 * @param titles gets the lines above the tables
 */
async function * rowsOf (
  lines: Iterable<TableLine[]> | AsyncIterable<TableLine[]>, titles: string[], divide: Divide
): AsyncGenerator<Row[]> {
  /** Lines that wait for their head to be found. */
  let waiting: TableLine[] | null = []
  let head: Head | undefined
  let width = 0
  let n = 0
  const rowOf = (line: TableLine) => toRow(line.whole ?? divide(line.cells, width), head!, ++n)
  /** Finds the head of the lines that wait, and returns their rows. */
  const begin = (): Row[] => {
    const block = waiting ?? []
    waiting = null
    const ownWidth = usualWidth(block.map(({ cells }) => cells))
    const rows = block.map(({ cells }) => divide(cells, ownWidth))
    const own = head === undefined ? headOf(rows) : furtherHeadOf(rows)
    if (own === null) return block.map(rowOf)
    head = own
    width = ownWidth
    titles.push(...own.titles)
    return block.slice(own.rows).map(rowOf)
  }
  for await (const some of lines) {
    const rows: Row[] = []
    for (const line of some) {
      if (line.cells.every(isBlank)) {
        if (waiting !== null && waiting.length >= (head === undefined ? minLines : 1)) rows.push(...begin())
        if (head !== undefined) waiting ??= []
      } else if (waiting === null) rows.push(rowOf(line))
      else if (waiting.push(line) === (head === undefined ? headSample : furtherSample)) rows.push(...begin())
    }
    yield rows
  }
  if (waiting !== null) yield begin()
}

function isBlank (cell: string): boolean {
  return cell === '' || cell.trim() === ''
}

/** Returns how many cells most rows have. */
function usualWidth (rows: string[][]): number {
  const counts = rows.map(cells => cells.length).toSorted((a, b) => a - b)
  return counts[counts.length >> 1] ?? 0
}

function toRow (cells: string[], { columns, units }: Head, n: number): Row {
  const raw: Row['raw'] = {}
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!
    const isPlain = units[i] && /^[-+]?\d[\d.,'\s]*$/.test(cell.trim())
    raw[columns[i] ?? `column ${i + 1}`] = isPlain ? `${cell.trim()} ${units[i]}` : cell
  }
  return { raw, n }
}
