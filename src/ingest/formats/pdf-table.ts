// Writes the rows of an aligned table as `column: value`, so that a row says what its values are wherever it is quoted.
import { factLine } from '../../language/passage-lines.ts'
import type { Columns, Run } from './pdf-columns.ts'

export interface Table {
  rows: { text: string, first: Run }[]
  /** How many of the rows that were given it has; what follows them is not in the table. */
  used: number
}

const minRows = 3
const maxMeanChars = 60
/** Labels beside their values are shorter: longer ones may be text that was drawn in columns. */
const maxMeanLabelChars = 24
/** A row this much closer to the one above it than usual continues its cells. */
const continuedShare = 0.75
/** Matches what stands before the items of a list. */
const listMark = /^(?:[^\p{L}\p{N}]{1,2}|\p{N}{1,3}[.)]|\p{L}[.)])$/u

interface Row { cells: string[], first: Run }

/** Returns the rows of a table; null for columns that are not certainly one. */
export function tableOf ({ rows: all }: Columns): Table | null {
  const used = all.findLastIndex(row => filled(row.map(textOf)) > 1) + 1
  const rows = joinContinued(all.slice(0, used))
  const full = rows.filter(({ cells }) => filled(cells) > 1)
  const width = rows[0]!.cells.length
  if (full.length < (width > 2 ? minRows - 1 : minRows)) return null
  if (full.every(({ cells }) => listMark.test(cells[0]!) || cells[0] === '')) return null
  const texts = full.flatMap(({ cells }) => cells.filter(Boolean))
  if (texts.reduce((sum, text) => sum + text.length, 0) > maxMeanChars * texts.length) return null

  const names = namesOf(rows, full)
  if (names) {
    return {
      used,
      rows: rows.slice(1).map(({ cells, first }) => ({
        // What stands alone names the rows below it.
        text: filled(cells) === 1 && cells[0] !== '' ? cells[0]! : labelled(names, cells), first,
      })),
    }
  }
  const labels = rows.map(({ cells }) => cells[0]!)
  if (width !== 2 || labels.join('').length > maxMeanLabelChars * labels.length) return null
  return {
    used,
    rows: rows.map(({ cells: [label = '', value = ''], first }) => ({
      text: label === '' || value === '' ? label + value : factLine([label.replace(/\s*:$/, ''), value]), first,
    })),
  }
}

function labelled (names: string[], cells: string[]): string {
  return cells
    .map((value, i) => value === '' || names[i] === '' ? value : factLine([names[i]!.replace(/\s*:$/, ''), value]))
    .filter(Boolean)
    .join('; ')
}

/** Returns the columns' names; null when the first row has values like those below it. */
function namesOf (rows: Row[], full: Row[]): string[] | null {
  const names = rows[0]!.cells
  const width = names.length
  const below = full.filter(row => row !== rows[0])
  if (filled(names) < Math.max(2, width - 1)) return null
  const forms = names.map((_, i) => new Set(below.map(({ cells }) => formOf(cells[i]!)).filter(Boolean)))
  if (names.some((name, i) => i > 0 && formOf(name) !== '' && forms[i]!.has(formOf(name)))) return null
  // Two columns may as well be labels and their values, which are then of several kinds.
  if (width === 2) return formOf(names[1]!) === '' && forms[1]!.size === 1 && below.every(({ cells }) => formOf(cells[1]!)) ? names : null
  return names
}

/** Returns the form of a value with figures, `0 kg`; '' for other texts. */
function formOf (text: string): string {
  if (/^(?:19|20)\d\d$/.test(text)) return 'year'
  return /\d/.test(text) ? text.replace(/\d(?:[\d\s.,]*\d)?/g, '0') : ''
}

/** Joins rows that only continue the cells of the row above them. */
function joinContinued (all: Run[][][]): Row[] {
  const flat = all.map(row => ({ cells: row.map(textOf), first: row.flat()[0]! }))
  const gaps = flat.slice(1).map(({ first }, i) => flat[i]!.first.y - first.y)
  const usual = gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? 0
  const rows: Row[] = []
  flat.forEach(({ cells, first }, i) => {
    const above = rows.at(-1)
    const isContinued = above !== undefined && filled(cells) < cells.length &&
      (gaps[i - 1]! < usual * continuedShare || (cells[0] === '' && filled(cells) === 1))
    if (isContinued) above.cells = above.cells.map((text, column) => [text, cells[column]].filter(Boolean).join(' '))
    else rows.push({ cells, first })
  })
  return rows
}

function filled (cells: string[]): number {
  return cells.filter(text => text !== '').length
}

function textOf (runs: Run[]): string {
  return runs.map(({ text }) => text).join(' ')
}
