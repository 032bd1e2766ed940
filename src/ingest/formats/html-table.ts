// Writes a table as lines: each row with a value in every column that it covers, and the columns' names in the first line.

export interface Cell {
  /** What it says, divided where the page breaks the line. */
  lines: string[]
  /** How many columns and rows it covers. */
  columns: number
  rows: number
  heading: boolean
}

/** A table that is ready to be read: what stands above its columns, and its lines. */
export interface TableText { titles: string[], lines: string[] }

const maxColumnSpan = 50
const maxSubtitleChars = 60

export function cellOf ({ colspan, rowspan }: Record<string, string> = {}, heading = false): Cell {
  return { lines: [], columns: Math.min(spanOf(colspan), maxColumnSpan), rows: spanOf(rowspan), heading }
}

function spanOf (value = '1'): number {
  const n = Number.parseInt(value, 10)
  return n > 0 ? n : 1
}

/** Returns the text of a cell. Broken lines are separate values, unless the next one continues the sentence. */
export function textOf ({ lines, heading }: Cell): string {
  if (lines.length < 2) return lines[0] ?? ''
  return lines.reduce((all, line) => {
    if (all === '') return line
    return all + (heading || /[-,;:.!?/–]$/.test(all) || /^[\p{Ll}(&+/–-]/u.test(line) ? ' ' : ', ') + line
  }, '')
}

export function tableText (own: Cell[][]): TableText {
  const width = Math.max(0, ...own.slice(0, 1000).map(row => row.reduce((sum, cell) => sum + cell.columns, 0)))
  const isAcross = (row: Cell[]) => row.length === 1 && row[0]!.lines.length > 0 && width > 1 && row[0]!.columns >= width
  const top = own.findIndex(row => !isAcross(row))
  const rows = top < 0 ? [] : own.slice(top)
  const grid = gridOf(rows)
  const names = headingRows(rows)
  const lines: string[] = []
  if (names > 1) lines.push(joined(nameColumns(grid.slice(0, names))))
  let group = ''
  for (let i = names > 1 ? names : 0; i < rows.length; i++) {
    const row = rows[i]!
    if (!row.some(cell => cell.lines.length > 0)) continue
    if (isAcross(row)) {
      const name = textOf(row[0]!)
      lines.push(name)
      group = name.length <= maxSubtitleChars && !/[.!?*]$|^\*/.test(name) ? name.replace(/\s*:$/, '') : ''
      continue
    }
    for (const [first = '', ...rest] of i < names ? [grid[i]!.map(cell => cell ? textOf(cell) : '')] : linesOf(grid[i]!)) {
      lines.push(joined([group !== '' && first !== '' ? `${group}: ${first}` : first || group, ...rest]))
    }
  }
  return { titles: own.slice(0, Math.max(top, 0)).map(row => textOf(row[0]!)), lines }
}

function joined (cells: string[]): string {
  return cells.map(cell => cell.replaceAll(' | ', ' / ')).join(' | ')
}

/** Puts each cell into all columns and rows that it covers. Repeats no more text than a multiple of the table's own. */
function gridOf (rows: Cell[][]): (Cell | undefined)[][] {
  let room = 2000 + 4 * rows.reduce((sum, row) => sum + row.reduce((all, cell) => all + sizeOf(cell), 0), 0)
  let hanging: ({ cell: Cell, left: number } | undefined)[] = []
  return rows.map(row => {
    const line: (Cell | undefined)[] = []
    const fall = (): boolean => {
      const from = hanging[line.length]
      if (from === undefined) return false
      room -= sizeOf(from.cell)
      if (--from.left <= 0) hanging[line.length] = undefined
      line.push(from.cell)
      return true
    }
    for (const cell of row) {
      while (fall()) { /* what hangs down from above comes first */ }
      for (let i = 0; i < cell.columns && (i === 0 || room > 0); i++) {
        if (i > 0) room -= sizeOf(cell)
        if (cell.rows > 1) hanging[line.length] = { cell, left: cell.rows - 1 }
        line.push(cell)
      }
    }
    while (line.length < hanging.length) if (!fall()) line.push(undefined)
    while (line.length > 0 && line.at(-1) === undefined) line.pop()
    hanging = room > 0 ? hanging.slice(0, hanging.findLastIndex(Boolean) + 1) : []
    return line
  })
}

function sizeOf ({ lines }: Cell): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 4)
}

/** Returns how many rows name the columns: those of headings alone, and those under a cell that stands above several columns. */
function headingRows (rows: Cell[][]): number {
  const first = rows[0] ?? []
  const marked = rows.findIndex(row => !row.every(cell => cell.heading))
  if (marked !== 0) return marked < 0 ? Math.min(1, rows.length) : marked
  if (!first.some(cell => cell.columns > 1) || first.length < 2) return 1
  const deep = Math.max(...first.map(cell => cell.rows))
  const isNaming = !rows[1]?.some(cell => cell.lines.some(line => /\d/.test(line)))
  return Math.min(deep > 1 ? deep : isNaming ? 2 : 1, Math.max(1, rows.length - 1))
}

/** Joins the names that stand above one another: "Prices" over "Adults" becomes "Prices Adults". */
function nameColumns (grid: (Cell | undefined)[][]): string[] {
  const width = Math.max(...grid.map(row => row.length))
  return Array.from({ length: width }, (_, column) => {
    const cells = new Set(grid.map(row => row[column]).filter(cell => cell !== undefined))
    return [...cells].map(textOf).filter(Boolean).join(' ')
  })
}

/** Returns the texts of a row; several when its cells break their lines side by side: "S, M" beside "10 €, 12 €". */
function linesOf (row: (Cell | undefined)[]): string[][] {
  if (!row.some(cell => cell && cell.lines.length > 1)) return [row.map(cell => cell?.lines[0] ?? '')]
  const counts = new Set(row.map(cell => cell?.lines.length ?? 0).filter(count => count > 1))
  const broken = row.filter(cell => cell && cell.lines.length > 1)
  const [count = 1] = counts
  const isParallel = counts.size === 1 && new Set(broken).size > 1 &&
    broken.every(cell => cell!.lines.every(line => line.length <= maxSubtitleChars && !/^[\p{Ll}(]/u.test(line)))
  if (!isParallel) return [row.map(cell => cell ? textOf(cell) : '')]
  return Array.from({ length: count }, (_, i) => row.map(cell => cell?.lines[cell.lines.length > 1 ? i : 0] ?? ''))
}
