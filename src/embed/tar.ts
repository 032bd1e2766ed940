// Takes chosen files out of a .tgz stream; just enough of the tar format for what `npm pack` writes.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

const BLOCK = 512

/**
 * Writes the regular files for which `pathFor` gives a path; folders are made, all else is passed over, so an archive
 * cannot choose where anything goes. Throws on an archive cut short.
 * @param archive the bytes of a gzipped ustar archive (names up to 255 characters).
 * @param onBytes called with the number of bytes of each chunk written.
 */
export async function extract (
  archive: Readable, pathFor: (name: string) => string | undefined, onBytes: (bytes: number) => void = () => {}
): Promise<void> {
  const unzip = createGunzip()
  archive.once('error', (error) => unzip.destroy(error))
  const blocks = reader(archive.pipe(unzip))
  try {
    for (;;) {
      const header = Buffer.concat(await Array.fromAsync(blocks(BLOCK)))
      // Two blocks of zeros end an archive; one is enough to know.
      if (header.every((byte) => byte === 0)) return
      const size = parseInt(field(header, 124, 12), 8)
      if (!Number.isSafeInteger(size)) throw new Error('This is not a tar archive.')
      const prefix = field(header, 345, 155)
      const name = (prefix && `${prefix}/`) + field(header, 0, 100)
      const regular = header[156] === 0 || header[156] === 48
      const path = regular ? pathFor(name) : undefined
      if (path) await write(path, blocks(size), onBytes)
      else await pass(blocks(size))
      await pass(blocks((BLOCK - size % BLOCK) % BLOCK))
    }
  } finally {
    archive.destroy()
    unzip.destroy()
  }
}

async function pass (chunks: AsyncGenerator<Buffer>): Promise<void> {
  while (!(await chunks.next()).done);
}

async function write (path: string, chunks: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const file = createWriteStream(path)
  const written = finished(file)
  written.catch(() => {})
  try {
    for await (const chunk of chunks) {
      if (!file.write(chunk)) await Promise.race([once(file, 'drain'), written])
      onBytes(chunk.length)
    }
  } finally {
    file.end()
    await written
  }
}

/** Reads a stream by numbers of bytes; each call gives the next ones, in chunks as they come. */
function reader (stream: Readable): (size: number) => AsyncGenerator<Buffer> {
  const source: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  return async function * (size) {
    while (size > 0) {
      if (rest.length === 0) {
        const next = await source.next()
        if (next.done) throw new Error('The archive is cut short.')
        rest = next.value
      }
      const chunk = rest.subarray(0, size)
      rest = rest.subarray(chunk.length)
      size -= chunk.length
      yield chunk
    }
  }
}

function field (header: Buffer, start: number, length: number): string {
  const bytes = header.subarray(start, start + length)
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? length : end).trim()
}
