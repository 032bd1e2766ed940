// Makes documents of a workbook's sheets, each of which is a table of its own.
import type { FieldMapping } from '../../types.ts'
import type { ReadDocument } from '../../documents/content.ts'
import { rejected } from './rejection.ts'
import { readTable } from './table-rows.ts'
import type { TableLine } from './table-rows.ts'

/** A line of the sheet of that name. */
export interface SheetLine extends TableLine { sheet: string }

/** Columns further to the right are left out. */
export const maxColumns = 1000

/** How many lines are passed on at once. */
const linesAtOnce = 200

/** Matches the names that programs give to sheets; they say nothing. */
const unnamed = /^(sheet|feuil(le)?|tabelle|blatt|hoja|foglio|blad|planilha|arkusz|ark)[\s_]?\d*$/iu

/** What was not read of the cells. */
export interface SheetReport {
  unsaved: number
  /** Cells with a long text that very many others have too. */
  repeated?: number
}

/** A text that is longer than this is read in so many cells of a workbook at most. */
const longChars = 1000
const maxRepeats = 20

export interface SheetOptions {
  /** The title of documents that have none. */
  title: string
  mapping?: FieldMapping
  /** The most characters of all cells together: a merged cell and a text that many cells share can stand for any number of them. */
  maxChars: number
  report: SheetReport
}

/** Yields the rows of all sheets as documents, `<sheet>/<row>`, in batches; the sheet's name stands in their titles. */
export async function * readSheets (
  lines: Iterable<SheetLine>, { title, mapping, maxChars, report }: SheetOptions
): AsyncGenerator<ReadDocument[]> {
  const withoutRepeats = createRepeats(report)
  const source = lines[Symbol.iterator]()
  let next = source.next()
  let left = maxChars
  function * linesOf (sheet: string): Generator<SheetLine[]> {
    let lines: SheetLine[] = []
    for (; !next.done && next.value.sheet === sheet; next = source.next()) {
      const line = withoutRepeats(next.value)
      left -= (next.value.whole ?? next.value.cells).reduce((sum, cell) => sum + cell.length, 0)
      if (left < 0) throw rejected('too large when unpacked', `its cells hold more than ${Math.floor(maxChars / 1e6)} million letters`)
      if (lines.push(line) < linesAtOnce) continue
      yield lines
      lines = []
    }
    yield lines
  }
  let last: ReadDocument | undefined
  while (!next.done) {
    const { sheet } = next.value
    const name = unnamed.test(sheet.trim()) ? '' : sheet.trim()
    const folder = sheet.replaceAll('/', ':')
    for await (const documents of readTable(linesOf(sheet), name || title, mapping)) {
      const named = documents.map(document => ({ ...document, id: `${folder}/${document.id}`, title: titleIn(name, document.title) }))
      if (named.length === 0) continue
      yield last === undefined ? named.slice(0, -1) : [last, ...named.slice(0, -1)]
      last = named.at(-1)
    }
  }
  if (last !== undefined) yield [withReport(last, report)]
}

/** Returns a function that leaves out the cells of a line with a long text that very many cells share, and counts them. */
function createRepeats (report: SheetReport): (line: SheetLine) => SheetLine {
  const seen = new Map<string, number>()
  const shown = (cell: string) => {
    if (cell.length <= longChars) return cell
    const times = (seen.get(cell) ?? 0) + 1
    seen.set(cell, times)
    if (times <= maxRepeats) return cell
    report.repeated = (report.repeated ?? 0) + 1
    return ''
  }
  return line => {
    const { cells, whole } = line
    if (!(whole ?? cells).some(cell => cell.length > longChars)) return line
    return whole ? { ...line, whole: whole.map(shown) } : { ...line, cells: cells.map(shown) }
  }
}

/** Says with the last document which cells were not read. */
function withReport (document: ReadDocument, { unsaved, repeated = 0 }: SheetReport): ReadDocument {
  const formulas = unsaved === 1 ? 'A formula has' : `${unsaved} formulas have`
  const warnings = [
    ...(unsaved > 0 ? [`${formulas} no saved value; open the file in a spreadsheet program and save it again.`] : []),
    ...(repeated > 0 ? [`${repeated} cells repeat a long text of the workbook; it was read ${maxRepeats} times.`] : []),
  ]
  return warnings.length === 0 ? document : { ...document, warnings: [...document.warnings ?? [], ...warnings] }
}

/** Adds the name of its sheet to a title that does not say it. */
function titleIn (sheet: string, title: string): string {
  return sheet === '' || title.toLowerCase().includes(sheet.toLowerCase()) ? title : `${title} (${sheet})`
}
