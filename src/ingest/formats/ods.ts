// Reads OpenDocument spreadsheets: each row of a table that is shown, with its values as the program showed them.
import { createMerges } from './sheet-merges.ts'
import type { Merges } from './sheet-merges.ts'
import { createOdfStyles } from './odf-styles.ts'
import { maxColumns } from './sheets.ts'
import type { SheetLine } from './sheets.ts'
import { openOdf } from './odf.ts'
import { readXmlInSteps } from './xml.ts'
import type { Attributes } from './xml.ts'

/** Holds what stands beside the tables: notes, earlier versions of cells, and tables of other files. Drawings do too. */
const skipped = new Set(['office:annotation', 'table:shapes', 'table:tracked-changes', 'table:dde-links', 'text:ruby-text'])

/** `next` is the row after the last one that was shown. */
interface Table { name: string, hidden: boolean, merges: Merges, columns: boolean[], row: number, next: number }

export function * linesOfOds (bytes: Uint8Array, maxBytes: number): Generator<SheetLine> {
  const xml = openOdf(bytes, maxBytes).unpack('content.xml')!
  const styles = createOdfStyles()
  const ready: SheetLine[] = []
  let table: Table | undefined
  let row: Attributes = {}
  let cells: string[] = []
  let cell: Attributes | undefined
  let paragraphs: string[] = []
  let column = 0
  let skipping = 0
  /** The styles of the elements around the text. */
  const left: boolean[] = []

  const handlers = {
    open (tag: string, attributes: Attributes) {
      if (skipping > 0 || skipped.has(tag) || tag.startsWith('draw:')) {
        skipping++
        return
      }
      switch (tag) {
        case 'table:table':
          table = {
            name: attributes['table:name'] ?? '', hidden: styles.leavesOut(attributes['table:style-name']), merges: createMerges(),
            columns: [], row: 0, next: 0,
          }
          break
        case 'table:table-column': {
          const count = Math.min(countOf(attributes['table:number-columns-repeated']), maxColumns - table!.columns.length)
          for (let i = 0; i < count; i++) table!.columns.push(isCollapsed(attributes))
          break
        }
        case 'table:table-row':
          row = attributes
          cells = []
          column = 0
          break
        case 'table:table-cell': case 'table:covered-table-cell':
          cell = attributes
          paragraphs = []
          break
        case 'text:p': paragraphs.push(''); left.push(false); break
        case 'text:span': case 'text:a': left.push((left.at(-1) ?? false) || styles.leavesOut(attributes['text:style-name'])); break
        case 'text:s': add(' '.repeat(Math.min(countOf(attributes['text:c']), 100))); break
        case 'text:tab': add(' '); break
        case 'text:line-break': add('\n'); break
        default: styles.open(tag, attributes)
      }
    },
    text: add,
    close (tag: string) {
      if (skipping > 0) {
        skipping--
        return
      }
      switch (tag) {
        case 'text:p': case 'text:span': case 'text:a': left.pop(); break
        case 'table:table-cell': case 'table:covered-table-cell': closeCell(tag); break
        case 'table:table-row': closeRow()
      }
    },
  }

  function add (text: string): void {
    if (skipping === 0 && paragraphs.length > 0 && left.length > 0 && !left.at(-1)) paragraphs[paragraphs.length - 1] += text
  }

  function closeCell (tag: string): void {
    const attributes = cell ?? {}
    const count = countOf(attributes['table:number-columns-repeated'])
    const isCovered = tag === 'table:covered-table-cell'
    const value = isCovered || styles.leavesOut(attributes['table:style-name']) ? '' : valueOf(attributes, paragraphs)
    cell = undefined
    paragraphs = []
    if (value !== '' && table && column < maxColumns) {
      while (cells.length < column) cells.push('')
      for (let i = 0; i < count && cells.length < maxColumns; i++) cells.push(value)
      const right = Math.min(column + countOf(attributes['table:number-columns-spanned']), maxColumns) - 1
      table.merges.add({ top: table.row, left: column, right, bottom: table.row + countOf(attributes['table:number-rows-spanned']) - 1 })
    }
    column += count
  }

  /** Rows that are repeated are written once: a row like the one above says nothing more. */
  function closeRow (): void {
    if (!table) return
    const line = table.merges.fill(table.row, cells)
    const at = table.row
    table.row += countOf(row['table:number-rows-repeated'])
    if (line === null || table.hidden || isCollapsed(row)) return
    if (at > table.next) ready.push({ sheet: table.name, cells: [] })
    table.next = table.row
    const { columns, name } = table
    const shown = (list: string[]) => columns.includes(true) ? list.filter((_, i) => !columns[i]) : list
    ready.push({ sheet: name, cells: shown(line.cells), ...(line.whole ? { whole: shown(line.whole) } : {}) })
  }

  yield * readXmlInSteps(xml, handlers, () => ready.splice(0))
}

/** Returns what a cell shows; a date without its century as the file holds it. */
function valueOf (attributes: Attributes, paragraphs: string[]): string {
  if (attributes['calcext:value-type'] === 'error') return ''
  const shown = paragraphs.join('\n').trim()
  const date = attributes['office:date-value']
  if (date !== undefined && !/\d{4}/.test(shown)) return date.replace(/T00:00(:00(\.0+)?)?$/, '').replace('T', ' ')
  return shown
}

function isCollapsed (attributes: Attributes): boolean {
  return /collapse|filter/.test(attributes['table:visibility'] ?? '')
}

function countOf (value = '1'): number {
  const n = Number.parseInt(value, 10)
  return n > 0 ? n : 1
}
