// Divides CSV without a single quote into its cells: there the marks alone decide, and a parser of quotes takes several times as long.
import { rejected } from './rejection.ts'

/** How many bytes are divided at once. */
const blockBytes = 65_536

/** Tells if no cell of a file is quoted. */
export function isPlain (text: Uint8Array): boolean {
  return !text.includes(0x22)
}

/**
 * Yields the cells of the lines, some lines at a time, without empty ones. Lines end as the first one does, with a carriage
 * return or without: tables that were put together have both.
 * @param maxChars of a line; throws `broken` for a longer one
 */
export function * plainLines (bytes: Uint8Array, delimiter: string, maxChars: number): Generator<string[][]> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const ends = endsOfLines(text)
  const end = ends.at(-1)!
  // Dividing by a pattern takes longer.
  const divider = ends.length > 1 && text.includes(0x0d) ? /\r?\n/ : end
  let rows = 0
  for (let at = 0; at < text.length;) {
    const stop = cut(text, at, end)
    const lines: string[][] = []
    for (const line of text.toString('utf8', at, stop).split(divider)) {
      if (line === '') continue
      rows++
      if (line.length > maxChars) throw rejected('broken', `row ${rows} cannot be read; it is too long`)
      lines.push(line.split(delimiter))
    }
    yield lines
    at = stop
  }
}

/** Returns what may end a line: a line feed, with a carriage return or without; or that alone, where the first line ends so. */
export function endsOfLines (text: Uint8Array): string[] {
  const lf = text.indexOf(0x0a)
  const cr = text.indexOf(0x0d)
  return cr < 0 || (lf >= 0 && lf <= cr + 1) ? ['\r\n', '\n'] : ['\r']
}

/** Returns the end of the last whole line of a block, or of the first one when it is longer than the block. */
function cut (text: Buffer, at: number, end: string): number {
  if (at + blockBytes >= text.length) return text.length
  const before = text.lastIndexOf(end, at + blockBytes)
  const found = before >= at ? before : text.indexOf(end, at + blockBytes)
  return found < 0 ? text.length : found + end.length
}
