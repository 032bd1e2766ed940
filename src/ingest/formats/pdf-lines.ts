// Builds a page's lines, paragraphs and headings from its runs of letters.
import { seamAtHyphen, type WrittenWords } from '../../language/line-hyphens.ts'
import { columnsAt, isProse, minGap, rowsOf } from './pdf-columns.ts'
import type { Run } from './pdf-columns.ts'
import { tableOf } from './pdf-table.ts'

export interface TextItem { str: string, transform: number[], width: number, height: number, hasEOL: boolean }

export interface Line {
  text: string
  /** The height of its letters and its position, in points; y grows upwards. */
  size: number
  x: number
  y: number
  /** For the rows of a table: the same number for all of them on a page. */
  table?: number
}

/** A paragraph; the rows of a table are a list. */
export interface Paragraph { kind: 'text' | 'list', text: string, level: number }

/** Letters this much larger than the body text make a heading. */
const headingScale = 1.15
const maxHeadingChars = 150
const maxLevels = 4
/** Lines further apart than this, in letter heights, belong to different paragraphs. */
const paragraphGap = 1.9
/** A page's first or last line is a header or footer when it is the same on this share of the pages. */
const marginShare = 0.5
const marginPages = 4
/** The most lines of a header or footer. */
const marginLines = 3

/** Returns a page's lines in reading order: as they were drawn, except that columns of text are read one after another. */
export function linesOf (items: TextItem[]): Line[] {
  const rows = rowsOf(runsOf(items))
  const lines: Line[] = []
  for (let i = 0; i < rows.length;) {
    const columns = columnsAt(rows, i)
    const isText = columns !== null && isProse(columns)
    const table = columns && !isText ? tableOf(columns) : null
    const next = table ? i + table.used : columns?.next ?? i + 1
    if (isText) {
      for (let column = 0; column < columns.rows[0]!.length; column++) for (const row of columns.rows) lines.push(...joined(row[column]!))
    } else if (table) {
      for (const { text, first: { size, x, y } } of table.rows) lines.push({ text, size, x, y, table: i })
    } else for (const row of rows.slice(i, next)) lines.push(...joined(row))
    i = next
  }
  return lines
}

/** Joins the runs of a row into one line, or several where the file ends lines. */
function joined (row: Run[]): Line[] {
  const lines: Line[] = []
  for (const { text, size, x, y, joined } of row) {
    const line = lines.at(-1)
    if (line && joined) {
      line.text += ` ${text}`
      line.size = Math.max(line.size, size)
    } else lines.push({ text, size, x, y })
  }
  return lines
}

function runsOf (items: TextItem[]): Run[] {
  const runs: Run[] = []
  let open: Run | undefined
  for (const { str, transform, width, height, hasEOL } of items) {
    const [, , , , x = 0, y = 0] = transform
    if (open && Math.abs(y - open.y) > Math.max(open.size, height) * 0.7) open = undefined
    if (str.trim() !== '') {
      const gap = open ? x - open.end : 0
      const isWide = open !== undefined && gap > minGap * Math.max(open.size, height)
      if (!open || isWide) runs.push(open = { text: '', size: height, x, y, end: x, joined: isWide })
      else if (gap > height * 0.15 && !/\s$/.test(open.text) && !/^\s/.test(str)) open.text += ' '
      open.size = Math.max(open.size, height)
      open.text += str
      open.end = x + width
    } else if (open && str !== '' && !open.text.endsWith(' ')) {
      open.text += ' '
    }
    if (hasEOL) open = undefined
  }
  return runs.map(run => ({ ...run, text: run.text.replace(/\s+/g, ' ').trim() })).filter(run => run.text !== '')
}

/** Returns recognised text as lines of the page; an empty line divides paragraphs. */
export function linesOfText (text: string, size: number): Line[] {
  const height = size || 10
  return text.split('\n').map((line, i) => ({ text: line.replace(/\s+/g, ' ').trim(), size: height, x: 0, y: -1.2 * height * i }))
    .filter(line => line.text !== '')
}

/** Returns the size that most letters have. */
export function bodySize (pages: Line[][]): number {
  const letters = new Map<number, number>()
  for (const { size, text } of pages.flat()) letters.set(rounded(size), (letters.get(rounded(size)) ?? 0) + text.length)
  return [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0
}

/** Returns the sizes of headings with their levels; the largest is level 1. Returns none when too many lines are that large. */
export function headingLevels (pages: Line[][], body: number): Map<number, number> {
  const large = pages.flat().filter(line => isLarge(line, body))
  const sizes = [...new Set(large.map(line => rounded(line.size)))].sort((a, b) => b - a)
  return new Map(large.length * 3 > pages.flat().length ? [] : sizes.map((size, i) => [size, Math.min(i + 1, maxLevels)]))
}

function isLarge ({ text, size, table }: Line, body: number): boolean {
  return table === undefined && rounded(size) >= body * headingScale && text.length <= maxHeadingChars && /\p{L}{2}/u.test(text)
}

function rounded (size: number): number {
  return Math.round(size * 2) / 2
}

/**
 * Joins lines into paragraphs, and the rows of a table into a list; a heading has a level.
 * @param words of the whole document, as they are written
 */
export function paragraphsOf (lines: Line[], levels: Map<number, number>, words: WrittenWords): Paragraph[] {
  const paragraphs: { kind: Paragraph['kind'], parts: string[], level: number, last: Line }[] = []
  for (const line of lines) {
    const { table } = line
    const level = table === undefined && line.text.length <= maxHeadingChars ? levels.get(rounded(line.size)) ?? 0 : 0
    const open = paragraphs.at(-1)
    const inTable = table !== undefined || open?.last.table !== undefined
    const gap = open ? Math.abs(open.last.y - line.y) : 0
    const goesOn = open !== undefined &&
      (inTable ? open.last.table === table : open.level === level && gap <= paragraphGap * Math.max(line.size, open.last.size))
    if (!goesOn) {
      paragraphs.push({ kind: table === undefined ? 'text' : 'list', parts: [line.text], level, last: line })
      continue
    }
    if (inTable) open.parts.push('\n', line.text)
    else joinLine(open.parts, line.text, words)
    open.last = line
  }
  return paragraphs.map(({ kind, parts, level }) => ({ kind, text: parts.join(''), level }))
}

/** Adds a line to the others, joined where a word is divided between them. Looks at the last line alone: a paragraph may be a book. */
function joinLine (parts: string[], below: string, words: WrittenWords): void {
  const above = parts.at(-1)!
  const isSoft = /\u00AD$/u.test(above.slice(-1)) && /\p{L}/u.test(above.slice(-2, -1))
  const seam = isSoft ? '' : /^\p{L}[-\u2010]$/u.test(above.slice(-2)) ? seamAtHyphen(above, below, words) : null
  if (seam === null) parts.push(' ')
  else parts.splice(-1, 1, above.slice(0, -1), seam)
  parts.push(below)
}

/**
 * Removes the lines at the top or the bottom of most pages: running titles, page numbers. Of a document of few pages the first
 * running title stays, since it may stand nowhere else, and so do its headings.
 */
export function removeMargins (pages: Line[][]): Line[][] {
  const unnumbered = pages.map((lines, i) => withoutPageNumber(lines, i + 1, pages.length))
  if (pages.length < 2) return unnumbered
  const isLong = pages.length >= marginPages
  const least = isLong ? Math.max(marginPages, pages.length * marginShare) : pages.length
  const largest = isLong ? Infinity : bodySize(pages)
  let left = unnumbered
  for (let depth = 0; depth < marginLines; depth++) {
    const counts = new Map<string, number>()
    const ends = (lines: Line[]) => [...new Set([lines[0], lines.at(-1)].filter(line => line !== undefined).map(keyOf))]
    for (const key of left.flatMap(ends)) counts.set(key, (counts.get(key) ?? 0) + 1)
    const isRepeated = (line: Line) => line.table === undefined && rounded(line.size) <= largest && (counts.get(keyOf(line)) ?? 0) >= least
    const next = left.map(lines => lines.filter((line, i) => !((i === 0 || i === lines.length - 1) && isRepeated(line))))
    if (next.every((lines, i) => lines.length === left[i]!.length)) break
    left = next
  }
  return isLong ? left : [unnumbered[0]!, ...left.slice(1)]
}

/** Matches a line that is only the number of its page. */
const onlyPageNumber =
  /^(?:[-–—]\s*)?(?:(?:page|seite|p[áa]gina|p\.|s\.)\s*)?(\d{1,5})(?:\s*(?:\/|of|sur|de|von)\s*(\d{1,5}))?(?:\s*[-–—])?$/iu

/** Removes the first or last line of a page when it is only its number, in the document or printed with their total. */
function withoutPageNumber (lines: Line[], page: number, pages: number): Line[] {
  return lines.filter(({ text, table }, i) => {
    if (table !== undefined || (i > 0 && i < lines.length - 1) || lines.length === 1) return true
    const [, number, total] = onlyPageNumber.exec(text) ?? []
    return !(number !== undefined && Number(number) === page && (total === undefined ? pages > 1 && i > 0 : Number(total) === pages))
  })
}

/** Returns a key for comparison: `Page 3 of 12` and `Page 4 of 12` are the same line at the same height. */
function keyOf ({ text, y }: Line): string {
  return `${Math.round(y)} ${text.replace(/\d+/g, '0')}`
}
