// Unpacks files from a zip archive, never more than is allowed.
import { inflateRawSync } from 'node:zlib'
import { rejected } from './rejection.ts'

export interface Archive {
  /** The names of its files, with `/` between folders. */
  names: string[]
  /**
   * Unpacks a file; undefined when there is none of that name. Throws `too large when unpacked` before it unpacks more than is allowed,
   * and `broken` for a file that is larger than the archive declares: a false size can be wrong, but never dangerous.
   */
  unpack (name: string): Buffer | undefined
}

interface Entry { method: number, packed: number, size: number, at: number, locked: boolean }

const endMark = 0x06054b50
const entryMark = 0x02014b50
const fileMark = 0x04034b50
const maxCommentBytes = 65_535

/**
 * Reads an archive's table of contents. Throws `encrypted` or `broken`.
 * @param maxBytes the most bytes that may be unpacked, each file counted as often as it is
 * @param maxFileBytes the most bytes of one file
 */
export function openArchive (bytes: Uint8Array, maxBytes: number, maxFileBytes = maxBytes): Archive {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries = entriesOf(buffer)
  if ([...entries.values()].some(({ locked }) => locked)) throw rejected('encrypted', 'it asks for a password')
  let total = 0
  return {
    names: [...entries.keys()],

    unpack (name) {
      const entry = entries.get(name)
      if (entry === undefined) return undefined
      total += entry.size
      const most = Math.min(maxBytes, maxFileBytes)
      if (total > maxBytes || entry.size > most) {
        throw rejected('too large when unpacked', `it holds more than ${Math.floor(most / 1e6)} MB of text`)
      }
      try {
        return unpackEntry(buffer, entry)
      } catch (error) {
        throw rejected('broken', 'the archive cannot be unpacked', error)
      }
    },
  }
}

/** Unpacks the wanted files of an archive. Adds up the sizes that the archive declares before it unpacks anything. */
export function unzip (bytes: Uint8Array, wanted: (name: string) => boolean, maxBytes: number): Record<string, Uint8Array> {
  const archive = openArchive(bytes, maxBytes)
  return Object.fromEntries(archive.names.filter(wanted).map(name => [name, archive.unpack(name)!]))
}

/** Returns the file names in an archive; none when it is broken: its reader says why. */
export function namesOf (bytes: Uint8Array): string[] {
  try {
    return [...entriesOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).keys()]
  } catch {
    return []
  }
}

/** Reads the table of contents at the end of an archive. */
function entriesOf (buffer: Buffer): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  try {
    let end = buffer.length - 22
    const first = Math.max(0, end - maxCommentBytes)
    while (end >= first && buffer.readUInt32LE(end) !== endMark) end--
    if (end < first) throw new Error('no table of contents')
    const count = buffer.readUInt16LE(end + 10)
    let at = buffer.readUInt32LE(end + 16)
    for (let i = 0; i < count; i++) {
      if (buffer.readUInt32LE(at) !== entryMark) throw new Error('a damaged table of contents')
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map(offset => buffer.readUInt16LE(at + offset)) as [number, number,
        number]
      const name = buffer.toString('utf8', at + 46, at + 46 + nameLength).replaceAll('\\', '/')
      entries.set(name, {
        locked: (buffer.readUInt16LE(at + 8) & 1) === 1,
        method: buffer.readUInt16LE(at + 10),
        packed: buffer.readUInt32LE(at + 20),
        size: buffer.readUInt32LE(at + 24),
        at: buffer.readUInt32LE(at + 42),
      })
      at += 46 + nameLength + extraLength + commentLength
    }
  } catch (error) {
    throw rejected('broken', 'the archive has no table of contents', error)
  }
  return entries
}

function unpackEntry (buffer: Buffer, { at, method, packed, size }: Entry): Buffer {
  if (buffer.readUInt32LE(at) !== fileMark) throw new Error('a file is not where it should be')
  const start = at + 30 + buffer.readUInt16LE(at + 26) + buffer.readUInt16LE(at + 28)
  const content = buffer.subarray(start, start + packed)
  if (content.length < packed) throw new Error('the archive ends in the middle of a file')
  if (method === 0) return content
  if (method !== 8) throw new Error(`method ${method} is unknown`)
  return inflateRawSync(content, { maxOutputLength: Math.max(1, size) })
}
