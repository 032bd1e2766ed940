// Reads CSV with any of the usual delimiters: one document per row, with the columns named by the first row.
import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import type { FieldMapping } from '../../types.ts'
import type { ReadDocument } from '../../documents/content.ts'
import { guessDelimiter } from '../../language/delimiter.ts'
import { asUtf8 } from './decode.ts'
import { readRows } from './records.ts'
import type { Row } from './records.ts'
import { rejected } from './rejection.ts'

const sampleBytes = 20_000
/** In characters. A quote that is never closed runs into this limit. */
const maxRowChars = 2_000_000
/** How many bytes the parser gets at once. */
const blockBytes = 65_536

export function readCsv (bytes: Uint8Array, name: string, mapping?: FieldMapping): AsyncGenerator<ReadDocument> {
  return readRows(rowsOf(bytes), name, mapping)
}

async function * rowsOf (bytes: Uint8Array): AsyncGenerator<Row> {
  const text = asUtf8(bytes)
  const sample = Buffer.from(text.subarray(0, sampleBytes)).toString('utf8')
  const parser = parse({
    delimiter: guessDelimiter(sample)?.delimiter ?? ',',
    columns: false, relax_column_count: true, relax_quotes: true, skip_empty_lines: true, max_record_size: maxRowChars,
  })
  const source = Readable.from(blocksOf(text)).on('error', error => parser.destroy(error))
  let columns: string[] | undefined
  let n = 0
  try {
    for await (const cells of source.pipe(parser) as AsyncIterable<string[]>) {
      if (columns === undefined) {
        columns = columnNames(cells)
        if (isHeader(cells)) continue
      }
      yield { raw: toRaw(cells, columns), n: ++n }
    }
  } catch (error) {
    throw rejected('broken', `row ${parser.info.records + 1} cannot be read; a quote may be missing`, error)
  } finally {
    source.destroy()
  }
}

function * blocksOf (bytes: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += blockBytes) {
    yield Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(blockBytes, bytes.length - at))
  }
}

function toRaw (cells: string[], columns: string[]): Record<string, string> {
  return Object.fromEntries(cells.map((cell, i) => [columns[i] ?? `column ${i + 1}`, cell]))
}

/** Tells if a first row is a header. Names are words: a row with a number in it, or with only empty cells, is data. */
function isHeader (cells: string[]): boolean {
  return (
    cells.some(cell => cell.trim() !== '') &&
    !cells.some(cell => cell.length < 40 && /^[-+]?[\d.,\s%€$£]*\d[\d.,\s%€$£]*$/.test(cell.trim()))
  )
}

/** Names each column: by its header, made unique, or `column 3` without one. */
function columnNames (cells: string[]): string[] {
  const seen = new Set<string>()
  return cells.map((cell, i) => {
    const header = isHeader(cells) ? cell.trim() : ''
    const base = header || `column ${i + 1}`
    const name = seen.has(base) ? `${base} (${i + 1})` : base
    seen.add(name)
    return name
  })
}
