// Reads CSV with any of the usual delimiters: one document per row, with the columns named by the rows above.
import { parse } from 'csv-parse'
import type { FieldMapping } from '../../types.ts'
import type { ReadDocument } from '../../documents/content.ts'
import { usualDelimiter } from '../../language/delimiter.ts'
import { splitAgain } from './csv-head.ts'
import { endsOfLines, isPlain, plainLines } from './csv-plain.ts'
import { asUtf8 } from './decode.ts'
import { rejected } from './rejection.ts'
import { readTable } from './table-rows.ts'
import type { TableLine } from './table-rows.ts'

const sampleBytes = 20_000
/** In characters. A quote that is never closed runs into this limit. */
const maxRowChars = 2_000_000
/** How many bytes the parser gets at once. */
const blockBytes = 65_536
/** A character that no text has: its table has one column. */
const noDelimiter = '\u001F'

export function readCsv (bytes: Uint8Array, name: string, mapping?: FieldMapping): AsyncGenerator<ReadDocument[]> {
  return readTable(linesOf(bytes), name, mapping, splitAgain)
}

function linesOf (bytes: Uint8Array): Iterable<TableLine[]> | AsyncIterable<TableLine[]> {
  const { text, delimiter } = delimitedBy(asUtf8(bytes))
  return isPlain(text) ? plainTableLines(text, delimiter) : parsedLines(text, delimiter)
}

function * plainTableLines (text: Uint8Array, delimiter: string): Generator<TableLine[]> {
  for (const lines of plainLines(text, delimiter, maxRowChars)) yield lines.map(cells => ({ cells }))
}

async function * parsedLines (text: Uint8Array, delimiter: string): AsyncGenerator<TableLine[]> {
  let lines: TableLine[] = []
  // The parser's own stream would pass on the rows one by one, which takes longer than parsing them.
  const parser = parse({
    delimiter, record_delimiter: endsOfLines(text), columns: false, relax_column_count: true, relax_quotes: true, skip_empty_lines: true,
    max_record_size: maxRowChars,
    on_record (cells: string[]) {
      lines.push({ cells })
      return null
    },
  })
  const finished = new Promise<void>((resolve, reject) => parser.on('error', reject).on('end', resolve).resume())
  // A parser that failed says so by its next block too.
  finished.catch(() => {})
  try {
    for (const block of blocksOf(text)) {
      await new Promise<void>((resolve, reject) => parser.write(block, error => error ? reject(error) : resolve()))
      yield lines
      lines = []
    }
    parser.end()
    await finished
    yield lines
  } catch (error) {
    throw rejected('broken', `row ${parser.info.records + 1} cannot be read; a quote may be missing`, error)
  } finally {
    parser.destroy()
  }
}

/** Finds the delimiter: the one that the first line declares (`sep=;`), else the one that most lines have equally often. */
function delimitedBy (text: Uint8Array): { text: Uint8Array, delimiter: string } {
  const sample = Buffer.from(text.subarray(0, sampleBytes)).toString('utf8')
  const [line, declared] = /^\uFEFF?"?sep=(\\t|[^\r\n"])"?[;,\t ]*(?:\r\n|\r|\n)/i.exec(sample) ?? []
  if (line === undefined) return { text, delimiter: usualDelimiter(sample) ?? noDelimiter }
  return { text: text.subarray(Buffer.byteLength(line)), delimiter: declared === '\\t' ? '\t' : declared! }
}

function * blocksOf (bytes: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += blockBytes) {
    yield Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(blockBytes, bytes.length - at))
  }
}
