// Compresses tables to the header, and the rows and columns that match the question.
import { holdsType } from '../language/answer-types.ts'
import { cellsOf, tableDelimiter, type Delimiter } from '../language/delimiter.ts'
import { sampleLines } from './kind.ts'
import { wordsOf, type Compressor, type ParsedQuestion } from './question.ts'
import { gap, lines } from './spans.ts'

/** Ratio of input to output characters in the aggressive mode. */
const aggressiveRatio = 4
/** With at most this many matching rows, all columns stay: the answer may be in one with another name. */
const maxMatchingRows = 20
/** A row matches from this share of the best row's weight on. */
const rowShare = { adaptive: 0.4, aggressive: 0.75 }
/** Below this share of the question, no row matches for certain. */
const minShare = 0.35
/** Limits on the cells to read in a row and in a column, and on the characters of each. */
const limits = { cells: 200, samples: 50, characters: 200 }

interface Row {
  line: string
  cells: string[]
  /** Number of identical neighbouring rows. */
  count: number
}

export const compressTable: Compressor = (text, { mode, asked, budget }) => {
  const written = lines(text).map(({ start, end }) => text.slice(start, end))
  const delimiter = tableDelimiter(sampleLines(text))
  const [header, ...rest] = written
  if (header === undefined) return text
  // The rule under the header of a Markdown table is part of the header.
  const rule = rest[0] !== undefined && /^[\s|:=+-]{3,}$/.test(rest[0]) ? rest.shift()! : null
  const rows = withoutRepeats(rest, delimiter)
  const names = splitLine(header, delimiter)
  const limit = Math.min(budget, mode === 'aggressive' ? text.length / aggressiveRatio : Infinity)
  const { worth, columns: named } = asked && mode !== 'conservative'
    ? relevance(rows, names, asked, mode)
    : { worth: mode === 'aggressive' ? storedWorth(rows) : rows.map(() => 1), columns: null }
  // Once the cells between them are dropped, two figures would read as one: "1,2,3" as "1,3".
  const columns =
    delimiter === null ||
    (delimiter === ',' && written.some(line => /\d,\d/.test(line))) ||
    rows.some(({ cells }) => cells.length !== names.length)
      ? null
      : named
  return write({ header, rule, rows, worth, columns, delimiter, limit })
}

interface Chosen {
  header: string
  rule: string | null
  rows: readonly Row[]
  /** Rows with 0 are dropped; the others are kept while they fit, the highest first. */
  worth: readonly number[]
  /** Positions of the columns to keep; null for all. */
  columns: ReadonlySet<number> | null
  delimiter: Delimiter | null
  limit: number
}

function write ({ header, rule, rows, worth, columns, delimiter, limit }: Chosen): string {
  const project = (line: string) =>
    columns === null || delimiter === null
      ? line
      : cellsOf(line, delimiter)
        .filter((_, i) => columns.has(i))
        .join(delimiter)
  const head = [header, ...(rule === null ? [] : [rule])].map(project)
  const shown = rows.map((row, i) => worth[i]! > 0 ? `${project(row.line)}${row.count > 1 ? ` [×${row.count}]` : ''}` : '')
  const kept = rows.map(() => false)
  const mark = `${gap} [×${rows.length}]`.length + 1
  let used = head.join('\n').length + mark
  for (const i of [...rows.keys()].sort((a, b) => worth[b]! - worth[a]! || a - b)) {
    if (worth[i]! <= 0) break
    // Each row may separate two gaps.
    const cost = shown[i]!.length + 1 + mark
    if (used + cost > limit) continue
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
 * Chooses rows and columns by the words of the question. Words in rows: those rows. Words in the header only ("which one
 * is the cheapest?"): all rows, with the first column and those that are named or hold facts of the asked type. In
 * neither: everything, since nothing tells which rows matter.
 */
function relevance (
  rows: readonly Row[],
  names: readonly string[],
  asked: ParsedQuestion,
  mode: 'adaptive' | 'aggressive'
): Pick<Chosen, 'worth' | 'columns'> {
  const named = new Set<number>()
  const inHeader = new Set<number>()
  for (const [i, name] of names.slice(0, limits.cells).entries()) {
    for (const term of termsOf(name, asked)) {
      named.add(i)
      inHeader.add(term)
    }
  }
  const { type } = asked
  if (type !== null && type !== 'count') {
    for (const i of names.slice(0, limits.cells).keys()) {
      const cells = rows
        .slice(0, limits.samples)
        .map(({ cells }) => cells[i] ?? '')
        .filter(cell => cell.trim() !== '' && cell.length <= limits.characters)
      if (cells.length > 0 && cells.filter(cell => holdsType(cell, type)).length >= cells.length / 2) named.add(i)
    }
  }
  const { weights, total } = weighRows(rows, inHeader, asked)
  const best = weights.reduce((highest, value) => Math.max(highest, value), 0)
  const matching = weights.map(value => best > minShare * total && value >= rowShare[mode] * best)
  const count = matching.filter(Boolean).length
  const few = count > 0 && count <= Math.max(maxMatchingRows, rows.length / 4)
  const columns = named.size > 0 && (!few || count > maxMatchingRows || mode === 'aggressive') ? new Set([0, ...named]) : null
  if (few) {
    return {
      worth: weights.map((value, i) => (matching[i] ? 1 + value : 0)),
      columns: mode === 'aggressive' && count <= 3 ? null : columns,
    }
  }
  return { worth: rows.map((_, i) => 1 + weights[i]!), columns }
}

/** Weighs rows by the question's words in them, rare words higher. `total` is the weight of a row with all of the words. */
function weighRows (rows: readonly Row[], inHeader: ReadonlySet<number>, asked: ParsedQuestion): { weights: number[], total: number } {
  const held = rows.map(({ line }) => ({
    terms: termsOf(line.slice(0, 4000), asked),
    line: asked.codes.length > 0 ? line.slice(0, 4000).toLowerCase() : '',
  }))
  const counts = asked.weights.map(() => 0)
  for (const { terms } of held) for (const term of terms) counts[term]!++
  // A word in more than half of the rows does not tell them apart.
  const idf = asked.weights.map((weight, term) =>
    counts[term]! > rows.length / 2 ? 0 : weight * Math.log(1 + (rows.length - counts[term]! + 0.5) / (counts[term]! + 0.5))
  )
  const total = idf.reduce((sum, value, term) => sum + (inHeader.has(term) ? 0 : value), 0)
  const weights = held.map(({ terms, line }) => {
    let sum = 0
    for (const term of terms) sum += idf[term]!
    return sum + (asked.codes.some(code => line.includes(code)) ? Math.log(2 + rows.length) : 0)
  })
  return { weights, total }
}

function termsOf (text: string, asked: ParsedQuestion): Set<number> {
  const found = new Set<number>()
  for (const word of wordsOf(text, true)) {
    const match = asked.match(word)
    if (match) found.add(match.term)
  }
  return found
}

/** Ranks the rows of a stored table: first the minimum and the maximum of each numeric column, then the first rows, which show the form. */
function storedWorth (rows: readonly Row[]): number[] {
  const worth: number[] = rows.map((_, i) => i < 3 ? 3 : 1)
  const columns = Math.min(limits.cells, rows[0]?.cells.length ?? 0)
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

/** Reads "12,50 €" as 12.5; returns NaN for anything but a figure with a sign or a short unit. */
function valueOf (cell = ''): number {
  const found = /^\s*"?[€£$]?\s?(-?\d{1,12}(?:[.,]\d{1,6})?)\s?[\p{L}%€£$°]{0,6}"?\s*$/u.exec(cell.slice(0, 40))?.[1]
  return found === undefined ? NaN : Number(found.replace(',', '.'))
}

/** Merges identical neighbouring rows into one with a count. */
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
