// Reads JSON and NDJSON and parses one item at a time: the elements of an array, or values one after another.
import type { FieldMapping } from '../../types.ts'
import type { ReadDocument } from '../../documents/content.ts'
import { isObject } from '../../plain-object.ts'
import { asUtf8 } from './decode.ts'
import { readRows } from './records.ts'
import type { Row } from './records.ts'
import { rejected } from './rejection.ts'
import { isMessage, readMessages } from './transcript.ts'

/** The most objects and arrays inside one another. */
const maxDepth = 100
/** How many items are passed on at once. */
const rowsAtOnce = 100

/** @param lines each line is a value: a broken one is rejected by itself */
export async function * readJson (
  bytes: Uint8Array, name: string, { mapping, lines = false }: { mapping?: FieldMapping, lines?: boolean } = {}
): AsyncGenerator<ReadDocument[]> {
  const text = asUtf8(bytes)
  const valid = lines ? linesOf(text).find(({ broken }) => broken === undefined) : undefined
  if (valid && !isMessage(valid.raw)) return yield * readRows(inBatches(linesOf(text)), name, mapping)
  const first = itemsOf(text).next()
  if (first.done) throw rejected('empty')
  const inside = first.value.alone && !isMapped(first.value.item, mapping) ? listInside(first.value.item) : undefined
  const head = inside ? inside[0] : first.value.item
  if (isMessage(head)) yield [readMessages(inside ?? [...itemsOf(text)].map(({ item }) => item), name)]
  else yield * readRows(inside ? [inside.map(toRow)] : inBatches(rowsOf(text)), name, mapping)
}

/** Returns the list of an export that is wrapped in one object: `{ "items": [{…}, …] }`. */
function listInside (value: unknown): unknown[] | undefined {
  if (!isObject(value)) return undefined
  const lists = Object.values(value).filter(inner => Array.isArray(inner) && inner.length > 0 && inner.every(isObject))
  return lists.length === 1 ? lists[0] as unknown[] : undefined
}

/** Tells if a value has the keys of the mapping, so that it is a document by itself. */
function isMapped (value: unknown, { title, text }: FieldMapping = { text: [] }): boolean {
  return isObject(value) && [title, ...text].some(key => key !== undefined && key in value)
}

/** Passes rows on together. */
function * inBatches (rows: Iterable<Row>): Generator<Row[]> {
  let batch: Row[] = []
  for (const row of rows) {
    if (batch.push(row) < rowsAtOnce) continue
    yield batch
    batch = []
  }
  yield batch
}

function * rowsOf (text: Uint8Array): Generator<Row> {
  let n = 0
  for (const { item } of itemsOf(text)) yield toRow(item, n++)
}

/** Yields each line by itself and skips empty ones; the line's number is the item's. */
function * linesOf (bytes: Uint8Array): Generator<Row> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let n = 0
  for (let at = 0; at < text.length;) {
    const end = text.indexOf(0x0a, at)
    const line = text.toString('utf8', at, end < 0 ? text.length : end).trim()
    at = end < 0 ? text.length : end + 1
    if (line !== '') yield parsedLine(line, n++)
  }
}

function parsedLine (line: string, i: number): Row {
  const broken = (reason: string) => ({ raw: {}, n: i + 1, broken: reason })
  try {
    // The depth is checked first: parsing a value that is nested too deep could end the process.
    endOf(Buffer.from(line), 0)
    return toRow(JSON.parse(line), i)
  } catch (error) {
    return broken(error instanceof SyntaxError ? 'it is not JSON' : 'it is nested too deep')
  }
}

function toRow (item: unknown, i: number): Row {
  return { raw: isObject(item) ? item : { text: item }, n: i + 1 }
}

interface Item {
  item: unknown
  /** It is the only value, and not in an array. */
  alone: boolean
}

/** Yields the parsed items. Throws `broken` with the item's number, or `too deep`. */
function * itemsOf (bytes: Uint8Array): Generator<Item> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let n = 0
  for (const { start, end, alone } of rangesOf(bytes)) {
    n++
    try {
      yield { item: JSON.parse(text.toString('utf8', start, end)), alone }
    } catch (error) {
      throw error instanceof SyntaxError ? rejected('broken', `item ${n} is not JSON`) : error
    }
  }
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const opens = (byte: number) => byte === 0x7b || byte === 0x5b
const closes = (byte: number) => byte === 0x7d || byte === 0x5d
const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** Yields the ranges of the items: the elements of a single array, or each of several values. */
function * rangesOf (bytes: Uint8Array): Generator<{ start: number, end: number, alone: boolean }> {
  const last = bytes.findLastIndex(byte => !isSpace(byte))
  const first = bytes.findIndex(byte => !isSpace(byte))
  if (first < 0) return
  let at = first
  const isArray = bytes[at] === 0x5b && endOf(bytes, at) > last
  if (isArray && bytes[last] !== 0x5d) throw rejected('broken', 'the list does not end')
  const stop = isArray ? last : last + 1
  if (isArray) at++
  while (at < stop) {
    if (isSpace(bytes[at]!) || (isArray && bytes[at] === comma)) {
      at++
      continue
    }
    const end = Math.min(endOf(bytes, at), stop)
    yield { start: at, end, alone: !isArray && at === first && end === stop }
    at = end
  }
}

/** Returns the end of the value that begins at `start`. Throws `too deep`. */
function endOf (bytes: Uint8Array, start: number): number {
  let depth = 0
  let at = start
  for (; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === quote) {
      for (at++; at < bytes.length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++
      if (depth === 0) return at + 1
    } else if (opens(byte)) {
      if (++depth > maxDepth) throw rejected('too deep', `there are more than ${maxDepth} levels`)
    } else if (closes(byte)) {
      if (--depth <= 0) return at + 1
    } else if (depth === 0 && (byte === comma || isSpace(byte))) {
      return Math.max(at, start + 1)
    }
  }
  return at
}
