// Gathers rows that are compared: all documents of an index that have facts, or all rows of a table.
import { headingSeparator } from '../../language/passage-lines.ts'
import { tablesOf, type Table } from '../../language/table-lines.ts'
import type { DocumentText, FactDocument } from '../../search/engine.ts'
import type { FoundPassage } from '../../types.ts'
import type { Measure } from './values.ts'

export interface Row {
  /** The thing that the row is about. */
  title: string
  /** [column, value]; without the title. */
  cells: readonly (readonly [column: string, value: string])[]
  /** Where it stands. */
  passage: FoundPassage
  /** The name of the file that it came from; '' when it came from none. */
  file: string
  /** What kind of thing the title names, as its column is called ("Fare"); '' where it has no name. */
  kind: string
}

/** Rows of one kind, all of them. */
export interface DataSet {
  /** How an answer names it: the index, or the table's heading. */
  name: string
  /** Further names that a question may use for all rows. */
  aliases: string[]
  /** The column of the titles; '' when it has no name. */
  titleColumn: string
  rows: Row[]
  /** Names of columns that the document gives values for outside of the table too, in small letters: the table is not all of them. */
  elsewhere: ReadonlySet<string>
  /** Values that have been read, by column and text. */
  measures: Map<string, Measure | null>
}

/** Matches the file's name in the id of a row that was uploaded in a file. */
const fileOfRow = /^(.+\.\w{2,5})\//u

/** @param documents all documents of an index that have facts */
export function factSet (index: string, documents: readonly FactDocument[]): DataSet {
  const rows = documents.map(({ id, passage: passageId, title, url, fields }): Row => {
    const file = fileOfRow.exec(id)?.[1] ?? ''
    const named = fields.find(([, value]) => value === title)
    const passage = passageOf({ id: passageId, index, title, url, fields, text: '' })
    return { title, cells: fields.filter(field => field !== named), file, kind: named?.[0] ?? '', passage }
  })
  return { name: index, aliases: [index], titleColumn: '', rows, elsewhere: new Set(), measures: new Map() }
}

/**
 * Returns the tables of a document that have at least two rows. A table that was cut goes on in the next chunk, under the
 * same names and headings.
 * @param texts all chunks of the document, in order
 */
export function tableSets (document: FoundPassage, texts: readonly DocumentText[]): DataSet[] {
  interface Open { columns: string[], heading: string, rows: Row[], next: number }
  const all: Open[] = []
  const elsewhere = new Set(document.fields.map(([label]) => label.toLowerCase()))
  texts.forEach(({ id, text, heading, page }, i) => {
    const passage = passageOf({ id, index: document.index, title: document.title, url: document.url, fields: [], text, heading, page })
    const tables = tablesOf(text)
    for (const label of labelsOutside(text, tables)) elsewhere.add(label)
    for (const { columns, rows, start, end } of tables) {
      if (columns.length === 0) continue
      const last = all.at(-1)
      const continues = last?.next === i && start === 0 && last.heading === heading && last.columns.join('\n') === columns.join('\n')
      const open: Open = continues ? last : { columns, heading, rows: [], next: -1 }
      if (!continues) all.push(open)
      open.next = end === text.length ? i + 1 : -1
      for (const { cells, text } of rows) {
        const [first, ...others] = cells
        if (first) open.rows.push({ title: first[1], cells: others, file: '', kind: columns[0] ?? '', passage: { ...passage, text } })
      }
    }
  })
  return all.filter(({ rows }) => rows.length > 1).map(({ columns, heading, rows }) => {
    const name = heading.split(headingSeparator).at(-1) || document.title
    return { name, aliases: [name, document.title, heading], titleColumn: columns[0] ?? '', rows, elsewhere, measures: new Map() }
  })
}

/** Returns what stands before a colon at the beginning of a line outside of the tables: "Sizes: S, M". */
function labelsOutside (text: string, tables: readonly Table[]): string[] {
  let from = 0
  const outside = [...tables, { start: text.length, end: text.length }].map(({ start, end }) => {
    const part = text.slice(from, start)
    from = end
    return part
  })
  return [...outside.join('\n').matchAll(/^[-\s]*([^:\n]{1,60}):\s/gmu)].map(([, label]) => label!.trim().toLowerCase())
}

function passageOf ({ heading = '', page = null, ...given }: {
  id: string, index: string, title: string, url: string, fields: [string, string][], text: string, heading?: string, page?: number | null
}): FoundPassage {
  return {
    ...given, score: 1, similarity: null, stems: ' ', matched: [],
    ...(heading === '' ? {} : { heading }), ...(page === null ? {} : { page }),
  }
}
