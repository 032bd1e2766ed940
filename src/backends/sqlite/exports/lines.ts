// Writes and reads the lines of an export: compressed, checksummed, one at a time.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { coded } from '../../../errors.ts'
import { parseLine, type ExportEnd, type ExportLine } from './format.ts'

/** The longest line: a chunk is some thousand characters and some vectors. */
const maxLineBytes = 33_554_432
/** Files that unpack to more than this must not unpack to more than `maxRatio` of their size: text and vectors never do. */
const freeBytes = 67_108_864
const maxRatio = 200
/** Lines that are compressed together. */
const chunkChars = 65_536

export type Counts = Omit<ExportEnd, 'sha256'>

/**
 * Writes lines to a file, which has its name only when it is whole. The end is added.
 * @param onLine called after each line
 */
export async function writeLines (
  path: string, lines: Iterable<ExportLine>, { signal, onLine = () => {} }: { signal?: AbortSignal, onLine?: (counts: Counts) => void } = {}
): Promise<ExportEnd> {
  const counts: Counts = { documents: 0, chunks: 0, places: 0, vectors: 0 }
  const hash = createHash('sha256')
  let end: ExportEnd
  function * texts (): Generator<string> {
    let pending = ''
    for (const line of lines) {
      const text = `${JSON.stringify(line)}\n`
      hash.update(text)
      pending += text
      count(counts, line)
      onLine(counts)
      if (pending.length < chunkChars) continue
      yield pending
      pending = ''
    }
    end = { ...counts, sha256: hash.digest('hex') }
    yield `${pending}${JSON.stringify({ end })}\n`
  }
  const partial = `${path}.partial`
  try {
    await pipeline(texts, createGzip(), createWriteStream(partial, { mode: 0o600 }), { ...(signal ? { signal } : {}) })
    const file = await open(partial, 'r+')
    await file.sync().finally(() => file.close())
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  return end!
}

/** Adds a line to the counts of an export. */
export function count (counts: Counts, line: ExportLine): void {
  if ('document' in line) counts.documents++
  else if ('place' in line) counts.places++
  else if ('chunk' in line) {
    counts.chunks++
    counts.vectors += line.chunk.vectors.length
  }
}

/**
 * Reads the lines of a file but its end, which is checked. Throws EXPORT_INVALID or EXPORT_DAMAGED, or the signal's reason.
 * @param onBytes called with the number of bytes that have been read from the file
 */
export async function * readLines (
  path: string, { signal, onBytes = () => {} }: { signal?: AbortSignal, onBytes?: (bytes: number) => void } = {}
): AsyncGenerator<Exclude<ExportLine, { end: unknown }>> {
  const counts: Counts = { documents: 0, chunks: 0, places: 0, vectors: 0 }
  const hash = createHash('sha256')
  let end: ExportEnd | null = null
  let n = 0
  for await (const bytes of unpackedLines(path, signal, onBytes)) {
    if (end) throw coded('EXPORT_DAMAGED', 'Something follows its end.')
    const line = parseLine(decode(bytes, ++n), n)
    if ((n === 1) !== ('head' in line)) throw coded('EXPORT_INVALID', n === 1 ? 'It does not begin as one.' : `Line ${n} is a second head.`)
    if ('end' in line) {
      end = line.end
      continue
    }
    hash.update(bytes).update('\n')
    count(counts, line)
    yield line
  }
  if (!end) throw coded('EXPORT_DAMAGED', 'It is cut short.')
  if (hash.digest('hex') !== end.sha256) throw coded('EXPORT_DAMAGED', 'Its checksum is wrong.')
  for (const key of Object.keys(counts) as (keyof Counts)[]) {
    if (counts[key] !== end[key]) throw coded('EXPORT_DAMAGED', `It has ${counts[key]} ${key}, not ${end[key]}.`)
  }
}

function decode (bytes: Buffer, n: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw coded('EXPORT_DAMAGED', `Line ${n} is no text.`, error)
  }
}

async function * unpackedLines (path: string, signal: AbortSignal | undefined, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = createReadStream(path)
  const unpacked = file.pipe(createGunzip())
  file.once('error', error => unpacked.destroy(error))
  let total = 0
  let pending: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      signal?.throwIfAborted()
      total += chunk.length
      onBytes(file.bytesRead)
      if (total > freeBytes && total > maxRatio * file.bytesRead) {
        throw coded('EXPORT_INVALID', `It unpacks to more than ${maxRatio} times its size.`)
      }
      let from = 0
      for (let to = chunk.indexOf(10); to >= 0; to = chunk.indexOf(10, from)) {
        yield Buffer.concat([...pending, chunk.subarray(from, to)])
        pending = []
        length = 0
        from = to + 1
      }
      pending.push(chunk.subarray(from))
      length += chunk.length - from
      if (length > maxLineBytes) throw coded('EXPORT_INVALID', 'A line of it is too long.')
    }
  } catch (error) {
    const { code = '' } = error as { code?: string }
    if (code === 'Z_BUF_ERROR') throw coded('EXPORT_DAMAGED', 'It is cut short.', error)
    if (code.startsWith('Z_')) throw coded(total === 0 ? 'EXPORT_INVALID' : 'EXPORT_DAMAGED', 'It cannot be unpacked.', error)
    throw error
  } finally {
    file.destroy()
    unpacked.destroy()
  }
  if (length > 0) throw coded('EXPORT_DAMAGED', 'It is cut short.')
}
