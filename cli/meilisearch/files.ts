// Reads documents from JSON arrays and JSON lines, one by one.
import { createReadStream } from 'node:fs'
import { addAbortSignal, type Readable } from 'node:stream'
import type { SourceItem } from '../../src/backends/meilisearch/write/load.ts'

export interface Source {
  /** null = unknown until the end. */
  total: number | null
  items: AsyncIterable<SourceItem> | Iterable<SourceItem>
}

/** The largest JSON array, since it is parsed in memory; JSON lines have no such limit. */
const maxArrayChars = 256_000_000
const maxLineChars = 50_000_000

/**
 * Opens a file of documents.
 * @param path a file, or `-` for `stdin`. A file that begins with `[` is one JSON array; any other has one document per line
 * @param signal stops reading, even while waiting for input
 * Throws an Error that names the file when it cannot be read or is not an array of documents.
 */
export async function openSource (path: string, stdin: Readable, signal: AbortSignal): Promise<Source> {
  const name = path === '-' ? 'stdin' : path
  const lines = numberedLines(addAbortSignal(signal, path === '-' ? stdin : createReadStream(path)), name)
  const first = await lines.next()
  if (first.done) return { total: 0, items: [] }
  if (first.value.text.startsWith('[')) return arrayOf(await wholeText(first.value.text, lines, name), name)
  return { total: path === '-' ? null : await countLines(path), items: documentsOf(first.value, lines, name) }
}

interface NumberedLine { number: number, text: string }

async function * documentsOf (first: NumberedLine, lines: AsyncIterable<NumberedLine>, name: string): AsyncGenerator<SourceItem> {
  yield item(first, name)
  for await (const line of lines) yield item(line, name)
}

function item ({ number, text }: NumberedLine, name: string): SourceItem {
  const at = `${name}:${number}`
  try {
    return check(JSON.parse(text), at)
  } catch {
    // The parser's own message quotes the line, which may be long and private.
    return { at, problem: 'the line is not JSON' }
  }
}

function check (value: unknown, at: string): SourceItem {
  const isDocument = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isDocument ? { at, document: value as Record<string, unknown> } : { at, problem: 'it is no JSON object' }
}

function arrayOf (text: string, name: string): Source {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch (error) {
    throw new Error(
      `${name}: it is no JSON array${/position \d+.*/.exec((error as Error).message)?.[0].replace(/^/, ': error at ') ?? ''}`,
      { cause: error }
    )
  }
  const items = (list as unknown[]).map((value, i) => check(value, `${name}[${i}]`))
  return { total: items.length, items }
}

async function wholeText (first: string, lines: AsyncIterable<NumberedLine>, name: string): Promise<string> {
  const texts = [first]
  let chars = first.length
  for await (const { text } of lines) {
    chars += text.length + 1
    if (chars > maxArrayChars) throw tooLongArray(name)
    texts.push(text)
  }
  return texts.join('\n')
}

/** Yields the lines that are not blank. node:readline also splits at U+2028, which a JSON string may contain. */
async function * numberedLines (chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<NumberedLine> {
  const decoder = new TextDecoder()
  // The parts of the unfinished line: a whole file may be a single line.
  let parts: string[] = []
  let chars = 0
  let number = 1
  let isArray: boolean | undefined
  for await (const chunk of chunks) {
    for (const [i, part] of decoder.decode(chunk, { stream: true }).split('\n').entries()) {
      if (i > 0) {
        const text = parts.join('').trim()
        if (text !== '') yield { number, text }
        parts = []
        chars = 0
        number++
      }
      const start = isArray === undefined ? part.trimStart() : ''
      if (start !== '') isArray = start.startsWith('[')
      parts.push(part)
      chars += part.length
      if (isArray && chars > maxArrayChars) throw tooLongArray(name)
      if (!isArray && chars > maxLineChars) throw new Error(`${name}:${number}: a line of more than ${maxLineChars / 1e6} MB`)
    }
  }
  const last = (parts.join('') + decoder.decode()).trim()
  if (last !== '') yield { number, text: last }
}

function tooLongArray (name: string): Error {
  return new Error(`${name}: a JSON array of more than ${maxArrayChars / 1e6} MB; write one document per line instead (NDJSON)`)
}

/** Counts the lines that are not blank, which is the number of documents. */
async function countLines (path: string): Promise<number> {
  let lines = 0
  let filled = false
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (const byte of chunk) {
      if (byte === 0x0a) filled = false
      else if (!filled && byte > 0x20) {
        filled = true
        lines++
      }
    }
  }
  return lines
}
