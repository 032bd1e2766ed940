// Reads CSV with any of the usual delimiters: one document per row, with the columns named by the rows above.
import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import type { FieldMapping } from '../../types.ts'
import type { ReadDocument } from '../../documents/content.ts'
import { usualDelimiter } from '../../language/delimiter.ts'
import { headOf, headSample, splitAgain } from './csv-head.ts'
import type { Head } from './csv-head.ts'
import { asUtf8 } from './decode.ts'
import { readRows } from './records.ts'
import type { Row } from './records.ts'
import { rejected } from './rejection.ts'

const sampleBytes = 20_000
/** In characters. A quote that is never closed runs into this limit. */
const maxRowChars = 2_000_000
/** How many bytes the parser gets at once. */
const blockBytes = 65_536
/** A character that no text has: its table has one column. */
const noDelimiter = '\u001F'

export async function * readCsv (bytes: Uint8Array, name: string, mapping?: FieldMapping): AsyncGenerator<ReadDocument> {
  const titles: string[] = []
  yield * readRows(rowsOf(bytes, titles), name, mapping, { keepsOthers: true })
  if (titles.length > 0) {
    yield { id: 'head', title: titles[0]!, url: '', fields: [], sections: [{ kind: 'text', text: titles.join('\n'), headings: [] }] }
  }
}

/** @param titles gets the lines above the table */
async function * rowsOf (bytes: Uint8Array, titles: string[]): AsyncGenerator<Row> {
  const { text, delimiter } = delimitedBy(asUtf8(bytes))
  const parser = parse({
    delimiter, columns: false, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, max_record_size: maxRowChars,
  })
  const source = Readable.from(blocksOf(text)).on('error', error => parser.destroy(error))
  const first: string[][] = []
  let head: Head | undefined
  let width = 0
  let n = 0
  const begin = () => {
    width = usualWidth(first)
    const rows = first.map(cells => splitAgain(cells, width))
    head = headOf(rows)
    titles.push(...head.titles)
    return rows.slice(head.rows).map(cells => toRow(cells, head!, ++n))
  }
  try {
    for await (const cells of source.pipe(parser) as AsyncIterable<string[]>) {
      if (cells.every(cell => cell.trim() === '')) continue
      if (head !== undefined) yield toRow(splitAgain(cells, width), head, ++n)
      else if (first.push(cells) === headSample) yield * begin()
    }
    if (head === undefined) yield * begin()
  } catch (error) {
    throw rejected('broken', `row ${parser.info.records + 1} cannot be read; a quote may be missing`, error)
  } finally {
    source.destroy()
  }
}

/** Finds the delimiter: the one that the first line declares (`sep=;`), else the one that most lines have equally often. */
function delimitedBy (text: Uint8Array): { text: Uint8Array, delimiter: string } {
  const sample = Buffer.from(text.subarray(0, sampleBytes)).toString('utf8')
  const [line, declared] = /^\uFEFF?"?sep=(\\t|[^\r\n"])"?[;,\t ]*(?:\r\n|\r|\n)/i.exec(sample) ?? []
  if (line === undefined) return { text, delimiter: usualDelimiter(sample) ?? noDelimiter }
  return { text: text.subarray(Buffer.byteLength(line)), delimiter: declared === '\\t' ? '\t' : declared! }
}

/** Returns how many cells most rows have. */
function usualWidth (rows: string[][]): number {
  const counts = rows.map(cells => cells.length).toSorted((a, b) => a - b)
  return counts[counts.length >> 1] ?? 0
}

function toRow (cells: string[], { columns, units }: Head, n: number): Row {
  return {
    n,
    raw: Object.fromEntries(cells.map((cell, i) => {
      const unit = units[i] && /^[-+]?\d[\d.,'\s]*$/.test(cell.trim()) ? `${cell.trim()} ${units[i]}` : cell
      return [columns[i] ?? `column ${i + 1}`, unit]
    })),
  }
}

function * blocksOf (bytes: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += blockBytes) {
    yield Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(blockBytes, bytes.length - at))
  }
}
