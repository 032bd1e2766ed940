// Finds what stands above the rows of a table: titles, the names of its columns, in one row or two, and their units.
import { cellsOf } from '../../language/delimiter.ts'
import type { Delimiter } from '../../language/delimiter.ts'

export interface Head {
  /** The rows above the columns' names, as lines. */
  titles: string[]
  columns: string[]
  /** The unit of each column that has one. */
  units: string[]
  /** How many rows of the file are its head. */
  rows: number
}

/** How many rows are looked at. */
export const headSample = 40

const unit = new RegExp(
  '^[([]?(' +
  String.raw`(€|\$|£|chf|eur|usd|gbp)( ?(ht|ttc|netto|brutto|net|incl\.?|excl\.?))?|[%‰°]|°[cf]|[µnmcdk]?m[²³23]?|[µmk]?g|t|[mcdh]?l|` +
  String.raw`[mkM]?[wvah]|kwh|k?hz|min|sec|s|h|j|jours?|days?|tage?|d[ií]as?|pcs?\.?|pi[eè]ces?|stk\.?|st[uü]ck|bar|ans?|years?|jahre?)` +
  '[)\\]]?$', 'iu'
)
const unitNames = /^(unit[ées]*|units?|einheit(en)?|unidad(es)?)$/i
const number = /\d(?:[\d.,'\s]*\d)?/g
const value = /^[-+±~]?\s?(?:[€$£]\s?)?\d[\d.,'\s]*\s?(?:\p{L}{1,5}[²³]?|[€$£%°‰])?$/u
const maxNameChars = 80

const isFilled = (cell: string | undefined): cell is string => cell !== undefined && cell.trim() !== ''
const filledOf = (cells: string[]) => cells.filter(isFilled).length
const isWhole = (cell: string) => /^\d+$/.test(cell.trim())
const formOf = (cell: string) => cell.trim().toLowerCase().replace(number, '9')

/** @param sample the first rows, without blank ones */
export function headOf (sample: string[][]): Head {
  const counts = sample.map(filledOf).toSorted((a, b) => a - b)
  const usual = counts[counts.length >> 1] ?? 0
  const top = Math.max(0, sample.findIndex(row => !isTitle(row, usual)))
  const titles = sample.slice(0, top).map(row => row.filter(isFilled).map(cell => cell.trim()).join(' '))
  const [first = [], second = [], ...more] = sample.slice(top)
  if (isAbove(first, second) && isNaming(second, more)) {
    return withUnits({ titles, columns: namesOf(second, spread(first, second.length)), units: [], rows: top + 2 }, sample)
  }
  const below = sample.slice(top + 1)
  if (!isNaming(first, below)) return { titles, columns: [], units: [], rows: top }
  return withUnits({ titles, columns: namesOf(first), units: [], rows: top + 1 }, sample)
}

/** Returns the head of a further table below a blank row; null unless its names are certainly none of the first table's rows. */
export function furtherHeadOf (sample: string[][]): Head | null {
  const head = headOf(sample)
  const names = sample[head.rows - (head.units.length > 0 ? 2 : 1)]
  const below = sample.slice(head.rows)
  return head.columns.length > 0 && names !== undefined && below.length > 0 && contrastOf(names, below) > 0 ? head : null
}

/** Returns a row as cells of its own delimiter, if it is divided otherwise than the others. */
export function splitAgain (cells: string[], width: number): string[] {
  const line = cells[0] ?? ''
  if (width < 2 || cells.length > 1 || /, /.test(line)) return cells
  for (const delimiter of ['\t', '|', ';', ','] satisfies Delimiter[]) {
    const parts = cellsOf(line, delimiter)
    if (parts.length === width) return parts.map(part => part.trim().replace(/^"([^]*)"$/, '$1').replaceAll('""', '"'))
  }
  return cells
}

/** Tells if a row is a title or a note above the table, such as "Prices of 2024" or "Valid from | 1 May". */
function isTitle (cells: string[], usual: number): boolean {
  const filled = filledOf(cells)
  if (usual < 2 || filled === 0) return false
  return isFilled(cells[0]) && (filled === 1 || (filled === 2 && usual >= 4 && isFilled(cells[1]) && !isFilled(cells[2])))
}

/** Tells if a row's names each stand above several columns of the next one. */
function isAbove (cells: string[], names: string[]): boolean {
  const filled = filledOf(cells)
  const isBroken = cells.some((cell, i) => i > 0 && isFilled(cell) && !isFilled(cells[i + 1]) && isFilled(names[i + 1]))
  return filled > 0 && isBroken && filledOf(names) > filled &&
    names.every((cell, i) => isFilled(cell) || isFilled(cells[i]))
}

function spread (cells: string[], width: number): string[] {
  let last = ''
  return Array.from({ length: width }, (_, i) => {
    if (isFilled(cells[i])) last = cells[i]!.trim()
    return last
  })
}

/** Tells if a row names the columns below it: its cells are of another kind than theirs. */
function isNaming (row: string[], below: string[][]): boolean {
  if (filledOf(row) === 0 || row.some(cell => cell.length > maxNameChars * 4)) return false
  const contrast = contrastOf(row, below)
  if (contrast !== 0) return contrast > 0 || isScale(row, below)
  return isScale(row, below) || !row.some(cell => value.test(cell.trim()))
}

/** Returns how many more of a row's cells are of another kind than those below them than are of the same kind. */
function contrastOf (row: string[], below: string[][]): number {
  let names = 0
  let values = 0
  for (const [i, cell] of row.entries()) {
    const column = below.map(cells => cells[i]?.trim() ?? '').filter(Boolean)
    if (!isFilled(cell) || column.length === 0) continue
    const most = (test: (other: string) => boolean) => column.filter(test).length * 2 > column.length
    if (most(other => value.test(other)) && !value.test(cell.trim())) names++
    else if (value.test(cell.trim()) && most(other => formOf(other) !== formOf(cell) && value.test(other))) names++
    else if (isWhole(cell) && most(other => value.test(other) && !isWhole(other))) names++
    else if (/\d/.test(cell) && most(other => formOf(other) === formOf(cell))) values++
    else if (column.includes(cell.trim())) values++
  }
  return names - values
}

/** Tells if a row's numbers are years, or sizes in even steps, above numbers of another kind. */
function isScale (row: string[], below: string[][]): boolean {
  const numbers = row.slice(1).filter(isFilled)
  if (numbers.length < 2 || !numbers.every(isWhole) || below.length === 0 || value.test(row[0]?.trim() ?? '')) return false
  const isYear = (cell: string) => /^(19|20)\d\d$/.test(cell.trim())
  if (numbers.every(isYear)) {
    const alike = below.filter(cells => cells.slice(1).filter(isFilled).every(isYear))
    return alike.length * 2 <= below.length && new Set(numbers).size === numbers.length
  }
  const steps = new Set(numbers.slice(1).map((cell, i) => Number(cell) - Number(numbers[i])))
  return numbers.length > 2 && steps.size === 1 && !steps.has(0)
}

/** Names each column: by its header, made unique, or `column 3` without one. */
function namesOf (cells: string[], above: string[] = []): string[] {
  const seen = new Set<string>()
  return cells.map((cell, i) => {
    const base = [above[i] ?? '', cell.trim()].filter(Boolean).join(' ').replace(/\s+/g, ' ') || `column ${i + 1}`
    const name = seen.has(base) ? `${base} (${i + 1})` : base
    seen.add(name)
    return name
  })
}

/** Takes a row of units below the names into the head. */
function withUnits (head: Head, sample: string[][]): Head {
  const [row = [], ...below] = sample.slice(head.rows)
  const units = row.map(cell => unit.test(cell.trim()) ? cell.trim().replace(/^[([]|[)\]]$/g, '') : '')
  const isRow = units.some(Boolean) && row.every((cell, i) => units[i] !== '' || !isFilled(cell) || /^[-–—]$/.test(cell.trim()) ||
    (i === 0 && unitNames.test(cell.trim())))
  const hasNumbers = below.length > 0 && units.every((name, i) => name === '' || below.some(cells => /\d/.test(cells[i] ?? '')))
  return isRow && hasNumbers ? { ...head, units, rows: head.rows + 1 } : head
}
