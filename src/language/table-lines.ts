// Finds the tables in a text: their rows, with the name of each column.
import { factLine } from './passage-lines.ts'

export interface TableRow {
  /** [column, value], in order, the first column included; empty cells are left out. */
  cells: [column: string, value: string][]
  /** How it is quoted: with its columns' names. */
  text: string
}

export interface Table {
  /** The columns' names; empty when it has none. */
  columns: string[]
  rows: TableRow[]
  /** Where it begins and ends in the text. */
  start: number
  end: number
}

interface Line { text: string, start: number, cells: string[] }

const maxColumnChars = 60
const rule = /^[\s|:+=-]+$/

/**
 * Returns the tables of a text, in order: lines of cells between marks, or lines of `column: value; column: value`. A short line
 * inside a table names the rows below it, which say so themselves.
 */
export function tablesOf (text: string): Table[] {
  if (!/\s\||; /.test(text)) return []
  const found: Table[] = []
  let marked: Line[] = []
  let paired: { line: Line, cells: [string, string][] }[] = []
  const end = () => {
    if (marked.length > 1) found.push(markedTable(marked))
    if (paired.length > 1) found.push(pairedTable(paired))
    marked = []
    paired = []
  }
  let start = 0
  for (const written of text.split('\n')) {
    const line: Line = { text: written, start, cells: cellsOf(written) }
    start += written.length + 1
    if (rule.test(written) && written.trim() !== '') continue
    if (line.cells.length > 1) {
      if (paired.length > 0 || line.cells.length > (marked[0]?.cells.length ?? Infinity)) end()
      marked.push(line)
      continue
    }
    const pairs = pairsOf(written)
    const isSame = pairs && paired.every(({ cells }) => cells.some(([name]) => pairs.some(([other]) => other === name)))
    if (pairs && (marked.length > 0 || !isSame)) end()
    if (pairs) paired.push({ line, cells: pairs })
    else if (written.trim() === '' || written.length > maxColumnChars || marked.length === 0) end()
  }
  end()
  return found
}

function markedTable (lines: Line[]): Table {
  const [first, ...rest] = lines as [Line, ...Line[]]
  // The names are repeated where a page begins.
  const others = rest.filter(({ text }) => text !== first.text)
  const isNamed = others.length > 0 && namesColumns(first, others)
  const rows = isNamed ? others : lines
  return {
    columns: isNamed ? first.cells : [],
    rows: rows.map(({ cells, text }) => {
      const named = cells.map((value, i): [string, string] => [isNamed ? first.cells[i]! : '', value]).filter(([, value]) => value !== '')
      const isPair = cells.length === 2 && cells.every(Boolean)
      return { cells: named, text: isNamed ? quoted(named) : isPair ? factLine([cells[0]!, cells[1]!]) : text }
    }),
    ...placeOf(lines),
  }
}

function pairedTable (rows: { line: Line, cells: [string, string][] }[]): Table {
  return {
    columns: [...new Set(rows.flatMap(({ cells }) => cells.map(([column]) => column)))],
    rows: rows.map(({ line: { text }, cells }) => ({ text, cells })),
    ...placeOf(rows.map(({ line }) => line)),
  }
}

function placeOf (lines: Line[]): { start: number, end: number } {
  const last = lines.at(-1)!
  return { start: lines[0]!.start, end: last.start + last.text.length }
}

function quoted (cells: [string, string][]): string {
  return cells.map(([column, value]) => column === '' ? value : factLine([column.replace(/\s*:$/, ''), value])).join('; ')
}

/**
 * Tells whether the first line of a table names the columns: none of its cells has the form of those below it, or is written there
 * again, as in the lines of a log. Two columns may as well be labels and their values, which are then of several forms.
 */
function namesColumns ({ cells: names }: Line, below: Line[]): boolean {
  const forms = names.map((_, i) => new Set(below.map(({ cells }) => formOf(cells[i] ?? '')).filter(Boolean)))
  if (names.some((name, i) => formOf(name) !== '' && forms[i]!.has(formOf(name)))) return false
  const isAgain = (name: string, i: number) => name !== '' && below.some(({ cells }) => cells[i]?.toLowerCase() === name.toLowerCase())
  if (names.slice(1).some((name, i) => isAgain(name, i + 1))) return false
  if (names.length > 2) return true
  return below.length > 1 && formOf(names[1]!) === '' && forms[1]!.size === 1 &&
    below.every(({ cells }) => formOf(cells[1] ?? '') !== '')
}

/** Returns the form of a value with figures, `0 kg`; '' for other texts. */
export function formOf (text: string): string {
  if (/^(?:19|20)\d\d$/.test(text)) return 'year'
  return /\d/.test(text) ? text.replace(/\d(?:[\d\s.,]*\d)?/g, '0') : ''
}

function cellsOf (line: string): string[] {
  return line.includes('|') ? line.replace(/^\|\s/, '').replace(/\s\|$/, '').split(/\s\|(?=\s|$)/).map(cell => cell.trim()) : []
}

/** Reads `column: value; column: value`; the first column may have no name. Null for any other line. */
function pairsOf (line: string): [string, string][] | null {
  const parts = line.split('; ')
  if (parts.length < 2) return null
  const pairs = parts.map((part, i): [string, string] | null => {
    const colon = part.indexOf(': ')
    if (colon < 0 && i === 0 && part.length <= maxColumnChars) return ['', part]
    return colon > 0 && colon <= maxColumnChars && colon + 2 < part.length ? [part.slice(0, colon), part.slice(colon + 2)] : null
  })
  return pairs.every(pair => pair !== null) ? pairs : null
}
