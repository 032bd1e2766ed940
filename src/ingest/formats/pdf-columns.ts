// Finds columns in rows of text that were drawn across them: a gutter without text over several rows.

/** A stretch of text without a wide gap. */
export interface Run {
  text: string
  /** The height of its letters and its position, in points; y grows upwards. */
  size: number
  x: number
  y: number
  end: number
  /** Only a gap divides it from the run before it. */
  joined: boolean
}

/** Neighbouring rows with the same columns: for each row, the runs in each column. */
export interface Columns { rows: Run[][][], next: number }

/** A gap of this many letter heights divides two runs; a gutter may be a little narrower, as it is what all rows leave free. */
export const minGap = 1.2
const minGutter = 0.8
/** Rows further apart than this, in letter heights, do not belong together. */
const maxRowGap = 3.5
/** The longest column has so many rows, the others a row less. */
const minProseRows = 3
const maxProseColumns = 3
const minProseChars = 18
const minProseWords = 3

type Span = [from: number, to: number]

/** Groups runs, in the order in which they were drawn, into rows: one beside another from left to right. */
export function rowsOf (runs: Run[]): Run[][] {
  const rows: Run[][] = []
  for (const run of runs) {
    const left = rows.at(-1)?.at(-1)
    if (left && Math.abs(run.y - left.y) <= 0.3 * Math.max(run.size, left.size) && run.x >= left.end) rows.at(-1)!.push(run)
    else rows.push([run])
  }
  return rows
}

/** Returns the columns that begin with row `first`; null if there are none. */
export function columnsAt (rows: Run[][], first: number): Columns | null {
  if (rows[first]!.length < 2) return null
  let occupied: Span[] = []
  let free: Span[] = []
  let next = first
  for (; next < rows.length; next++) {
    const row = rows[next]!
    const above = rows[next - 1]
    if (next > first && !isBelow(row[0]!, above![0]!)) break
    const together = merged([...occupied, ...row.map(({ x, end }): Span => [x, end])])
    const size = Math.min(...row.map(run => run.size))
    const gaps = together.slice(1).map(([from], i): Span => [together[i]![1], from])
    const gutters = gaps.filter(([from, to]) => to - from >= minGutter * size)
    if (gutters.length === 0 || gutters.length < free.length) break
    // What stands beside the columns is none of them.
    if (row.length === 1 && gutters.length > free.length) break
    occupied = together
    free = gutters
  }
  if (next - first < 2) return null
  const inColumns = (row: Run[]) => {
    const columns = Array.from({ length: free.length + 1 }, (): Run[] => [])
    for (const run of row) columns[free.filter(([, to]) => to <= run.x).length]!.push(run)
    return columns
  }
  return { rows: rows.slice(first, next).map(inColumns), next }
}

/** Tells if columns hold lines of running text, so that each is read to its end before the next one. */
export function isProse ({ rows }: Columns): boolean {
  const columns = rows[0]!.map((_, i) => rows.map(row => row[i]!.map(({ text }) => text).join(' ')).filter(text => text !== ''))
  return columns.length <= maxProseColumns && columns.some(lines => lines.length >= minProseRows) && columns.some(goesOn) &&
    columns.every(lines => {
      const mean = (of: (line: string) => number) => lines.reduce((sum, line) => sum + of(line), 0) / lines.length
      return lines.length >= minProseRows - 1 && mean(line => line.length) >= minProseChars &&
        mean(line => line.split(' ').length) >= minProseWords
    })
}

/** Tells if a sentence goes on in the next line, which is rare in a table's cells. */
function goesOn (lines: string[]): boolean {
  return lines.some((line, i) => i > 0 && /^\p{Ll}/u.test(line) && !/[.!?:]$/.test(lines[i - 1]!))
}

function isBelow (run: Run, above: Run): boolean {
  return run.y < above.y && above.y - run.y <= maxRowGap * Math.max(run.size, above.size)
}

function merged (spans: Span[]): Span[] {
  const all: Span[] = []
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    const last = all.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else all.push([from, to])
  }
  return all
}
