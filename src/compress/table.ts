// Tables: the header, and the rows and columns that the question speaks of.
import { holdsType } from '../language/answer-types.ts'
import type { Compressor } from './compressor.ts'
import { cellsOf, tableDelimiter, type Delimiter } from '../language/delimiter.ts'
import { sampleLines } from './kind.ts'
import { wordsOf, type Asked } from './question.ts'
import { gap, lines } from './spans.ts'

/** Characters in to one out that the aggressive mode goes to. */
const aggressiveRatio = 4
/** Up to this many rows that match, all columns stay: one of them may hold the answer under another name. */
const fewRows = 20
/** A row counts as asked for with this share of the weight that the best row has. */
const rowShare = { adaptive: 0.4, aggressive: 0.75 }
/** Below this share of the question no row can be told to be the one. */
const leastShare = 0.35
/** Cells looked at, of a row and of a column, and characters of each. */
const most = { cells: 200, samples: 50, characters: 200 }

interface Row {
  line: string
  cells: string[]
  /** How often it stands there in a row. */
  count: number
}

export const compressTable: Compressor = (text, { mode, asked, budget }) => {
  const written = lines(text).map(({ start, end }) => text.slice(start, end))
  const delimiter = tableDelimiter(sampleLines(text))
  const [header, ...rest] = written
  if (header === undefined) return text
  // The rule under the header of a Markdown table belongs to it.
  const rule = rest[0] !== undefined && /^[\s|:=+-]{3,}$/.test(rest[0]) ? rest.shift()! : null
  const rows = withoutRepeats(rest, delimiter)
  const names = splitLine(header, delimiter)
  const room = Math.min(budget, mode === 'aggressive' ? text.length / aggressiveRatio : Infinity)
  const { worth, columns: named } = asked && mode !== 'conservative'
    ? relevance(rows, names, asked, mode)
    : { worth: mode === 'aggressive' ? storedWorth(rows) : rows.map(() => 1), columns: null }
  // Without the cells between them, two figures would read as one: "1,2,3" as "1,3".
  const columns = delimiter === null || (delimiter === ',' && written.some(line => /\d,\d/.test(line))) || rows.some(({ cells }) => cells.length !== names.length) ? null : named
  return write({ header, rule, rows, worth, columns, delimiter, room })
}

interface Chosen {
  header: string
  rule: string | null
  rows: readonly Row[]
  /** Rows with 0 go; the others as there is room, the worthiest first. */
  worth: readonly number[]
  /** Positions of the columns that stay; null for all. */
  columns: ReadonlySet<number> | null
  delimiter: Delimiter | null
  room: number
}

function write ({ header, rule, rows, worth, columns, delimiter, room }: Chosen): string {
  const project = (line: string) => columns === null || delimiter === null ? line : cellsOf(line, delimiter).filter((_, i) => columns.has(i)).join(delimiter)
  const head = [header, ...(rule === null ? [] : [rule])].map(project)
  const shown = rows.map((row, i) => worth[i]! > 0 ? `${project(row.line)}${row.count > 1 ? ` [×${row.count}]` : ''}` : '')
  const kept = rows.map(() => false)
  const mark = `${gap} [×${rows.length}]`.length + 1
  let used = head.join('\n').length + mark
  for (const i of [...rows.keys()].sort((a, b) => worth[b]! - worth[a]! || a - b)) {
    if (worth[i]! <= 0) break
    // Each row may part two gaps.
    const cost = shown[i]!.length + 1 + mark
    if (used + cost > room) continue
    kept[i] = true
    used += cost
  }
  const out = [...head]
  let left = 0
  for (const [i, row] of rows.entries()) {
    if (!kept[i]) {
      left += row.count
      continue
    }
    if (left > 0) out.push(`${gap} [×${left}]`)
    left = 0
    out.push(shown[i]!)
  }
  if (left > 0) out.push(`${gap} [×${left}]`)
  return out.join('\n')
}

/**
 * Rows and columns by what the question says. Words found in rows: those rows. In the header only ("which one is the
 * cheapest?"): all rows, with the columns that are named or hold facts of the asked type, and the first. In neither:
 * everything, there is no telling.
 */
function relevance (rows: readonly Row[], names: readonly string[], asked: Asked, mode: 'adaptive' | 'aggressive'): Pick<Chosen, 'worth' | 'columns'> {
  const named = new Set<number>()
  const inHeader = new Set<number>()
  for (const [i, name] of names.slice(0, most.cells).entries()) {
    for (const term of termsOf(name, asked)) {
      named.add(i)
      inHeader.add(term)
    }
  }
  const { type } = asked
  if (type !== null && type !== 'count') {
    for (const i of names.slice(0, most.cells).keys()) {
      const cells = rows.slice(0, most.samples).map(({ cells }) => cells[i] ?? '').filter(cell => cell.trim() !== '' && cell.length <= most.characters)
      if (cells.length > 0 && cells.filter(cell => holdsType(cell, type)).length >= cells.length / 2) named.add(i)
    }
  }
  const { weights, total } = weighRows(rows, inHeader, asked)
  const best = weights.reduce((highest, value) => Math.max(highest, value), 0)
  const matching = weights.map(value => best > leastShare * total && value >= rowShare[mode] * best)
  const count = matching.filter(Boolean).length
  const few = count > 0 && count <= Math.max(fewRows, rows.length / 4)
  const columns = named.size > 0 && (!few || count > fewRows || mode === 'aggressive') ? new Set([0, ...named]) : null
  if (few) return { worth: weights.map((value, i) => matching[i] ? 1 + value : 0), columns: mode === 'aggressive' && count <= 3 ? null : columns }
  return { worth: rows.map((_, i) => 1 + weights[i]!), columns }
}

/** The question's words that a row holds, by how few rows hold them; in all, what a row with each of them would have. */
function weighRows (rows: readonly Row[], inHeader: ReadonlySet<number>, asked: Asked): { weights: number[], total: number } {
  const held = rows.map(({ line }) => ({ terms: termsOf(line.slice(0, 4000), asked), line: asked.codes.length > 0 ? line.slice(0, 4000).toLowerCase() : '' }))
  const counts = asked.weights.map(() => 0)
  for (const { terms } of held) for (const term of terms) counts[term]!++
  // A word of every other row tells no row from another.
  const idf = asked.weights.map((weight, term) => counts[term]! > rows.length / 2 ? 0 : weight * Math.log(1 + (rows.length - counts[term]! + 0.5) / (counts[term]! + 0.5)))
  const total = idf.reduce((sum, value, term) => sum + (inHeader.has(term) ? 0 : value), 0)
  const weights = held.map(({ terms, line }) => {
    let sum = 0
    for (const term of terms) sum += idf[term]!
    return sum + (asked.codes.some(code => line.includes(code)) ? Math.log(2 + rows.length) : 0)
  })
  return { weights, total }
}

function termsOf (text: string, asked: Asked): Set<number> {
  const found = new Set<number>()
  for (const word of wordsOf(text, true)) {
    const match = asked.match(word)
    if (match) found.add(match.term)
  }
  return found
}

/** The first rows show the form; then those with the least and the most of each column of figures. */
function storedWorth (rows: readonly Row[]): number[] {
  const worth: number[] = rows.map((_, i) => i < 3 ? 3 : 1)
  const columns = Math.min(most.cells, rows[0]?.cells.length ?? 0)
  for (let column = 0; column < columns; column++) {
    let least = -1
    let greatest = -1
    for (const [i, { cells }] of rows.entries()) {
      const value = valueOf(cells[column])
      if (Number.isNaN(value)) continue
      if (least < 0 || value < valueOf(rows[least]!.cells[column])) least = i
      if (greatest < 0 || value > valueOf(rows[greatest]!.cells[column])) greatest = i
    }
    for (const i of [least, greatest]) if (i >= 0) worth[i] = 4
  }
  return worth
}

/** "12,50 €" → 12.5; NaN for anything but a figure with a sign or a short unit. */
function valueOf (cell = ''): number {
  const found = /^\s*"?[€£$]?\s?(-?\d{1,12}(?:[.,]\d{1,6})?)\s?[\p{L}%€£$°]{0,6}"?\s*$/u.exec(cell.slice(0, 40))?.[1]
  return found === undefined ? NaN : Number(found.replace(',', '.'))
}

/** Neighbouring rows that are the same become one with a count. */
function withoutRepeats (written: readonly string[], delimiter: Delimiter | null): Row[] {
  const rows: Row[] = []
  for (const line of written) {
    const before = rows.at(-1)
    if (before?.line === line) before.count++
    else rows.push({ line, cells: splitLine(line, delimiter), count: 1 })
  }
  return rows
}

/** Splits a line into cells; a line without a delimiter is one cell. */
function splitLine (line: string, delimiter: Delimiter | null): string[] {
  return delimiter === null ? [line] : cellsOf(line, delimiter)
}
