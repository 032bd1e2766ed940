// Reads the rows of one sheet of an Excel workbook, a block of its XML at a time.
import { createMerges } from './sheet-merges.ts'
import { maxColumns } from './sheets.ts'
import type { SheetReport } from './sheets.ts'
import type { TableLine } from './table-rows.ts'
import { isOn } from './xlsx-styles.ts'
import type { CellStyle } from './xlsx-styles.ts'
import type { NumberWriter } from './xlsx-numbers.ts'
import { localName, readXmlInSteps } from './xml.ts'
import type { Attributes } from './xml.ts'

export interface WorkbookParts {
  /** The texts that cells name by number. */
  strings: string[]
  styles: CellStyle[]
  numbers: NumberWriter
  /** Counts the formulas whose value was not saved. */
  report: SheetReport
}

/** Yields the lines of a sheet, without its hidden rows and columns, struck-out cells and errors. Of a formula the last value counts. */
export function * readSheet (xml: Buffer, { strings, styles, numbers, report }: WorkbookParts): Generator<TableLine> {
  const hidden: boolean[] = []
  const merges = createMerges()
  for (const [, left, top, right, bottom] of mergedCells(xml)) {
    merges.add({
      top: Number(top) - 1, left: columnOf(left!), bottom: Number(bottom) - 1, right: Math.min(columnOf(right!), maxColumns - 1),
    })
  }
  const ready: TableLine[] = []
  let cells: string[] = []
  let row = -1
  /** The last row that was shown. */
  let last = -1
  let isHidden = false
  let column = -1
  let cell: Attributes = {}
  let text = ''
  let isText = false
  let isFormula = false
  let skipping = 0

  const valueOf = (): string => {
    const { t: type = 'n', s: style = '0' } = cell
    const { format = 0, struck = false } = styles[Number(style)] ?? {}
    if (struck || type === 'e') return ''
    if (type === 's') return strings[Number(text)] ?? ''
    if (type === 'b') return text === '' ? '' : numbers.truth(text === '1')
    if (type === 'd') return text.replace(/T00:00(:00(\.0+)?)?Z?$/, '').replace('T', ' ')
    return type === 'n' && text !== '' ? numbers.number(text, format) : text
  }

  const handlers = {
    open (tag: string, attributes: Attributes) {
      switch (localName(tag)) {
        case 'col':
          if (attributes.hidden !== undefined && isOn(attributes.hidden)) {
            const first = Math.max(1, Math.trunc(Number(attributes.min))) - 1
            for (let i = first; i < Math.min(Number(attributes.max), maxColumns); i++) hidden[i] = true
          }
          break
        case 'row':
          row = attributes.r === undefined ? row + 1 : Number(attributes.r) - 1
          isHidden = attributes.hidden !== undefined && isOn(attributes.hidden)
          cells = []
          column = -1
          break
        case 'c':
          column = attributes.r === undefined ? column + 1 : columnOf(attributes.r)
          cell = attributes
          text = ''
          isFormula = false
          break
        case 'v': case 't': isText = skipping === 0; break
        case 'f': isFormula = true; skipping++; break
        case 'rPh': skipping++; break
      }
    },
    text (more: string) {
      if (isText) text += more
    },
    close (tag: string) {
      switch (localName(tag)) {
        case 'v': case 't': isText = false; break
        case 'rPh': case 'f': skipping--; break
        case 'c': {
          if (isFormula && text === '' && cell.t !== 'str') report.unsaved++
          const value = column < maxColumns ? valueOf() : ''
          if (value === '') break
          while (cells.length < column) cells.push('')
          cells[column] = value
          break
        }
        case 'row': {
          const line = merges.fill(row, cells)
          if (line === null || isHidden) break
          if (row > last + 1) ready.push({ cells: [] })
          last = row
          ready.push(hidden.length > 0 ? withoutHidden(line, hidden) : line)
        }
      }
    },
  }
  yield * readXmlInSteps(xml, handlers, () => ready.splice(0))
}

/** Finds the merged cells, which stand below the rows. */
function mergedCells (xml: Buffer): Iterable<RegExpExecArray> {
  const below = xml.subarray(Math.max(0, xml.lastIndexOf('sheetData'))).toString('latin1')
  return below.matchAll(/mergeCell\s+ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"/g)
}

/** Returns the column of a cell from 0: `AA7` → 26. */
function columnOf (cell: string): number {
  let column = 0
  for (let i = 0; i < cell.length; i++) {
    const letter = cell.charCodeAt(i) - 64
    if (letter < 1 || letter > 26) break
    column = column * 26 + letter
  }
  return column - 1
}

function withoutHidden ({ cells, whole }: TableLine, hidden: boolean[]): TableLine {
  const shown = (list: string[]) => list.filter((_, i) => !hidden[i])
  return { cells: shown(cells), ...(whole ? { whole: shown(whole) } : {}) }
}
