// Reads the files of uploads from the disk: large ones as streams, small ones together with those behind them.
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { LRUCache } from 'lru-cache'

export interface SpoolReader {
  /**
   * Yields a part of an upload.
   * @param size of the whole upload, of which more may be read
   */
  read (upload: { id: string, path: string, size: number }, start: number, bytes: number): AsyncGenerator<Uint8Array>
  /** Frees what was read of an upload ahead of its time. */
  forget (id: string): void
}

/** A file that is read whole. */
const smallBytes = 131_072
/** How much is read for a small file and those behind it, and for how many uploads it is kept. */
const aheadBytes = 1_048_576
const maxKept = 4

export function createSpoolReader (): SpoolReader {
  const kept = new LRUCache<string, { start: number, bytes: Uint8Array }>({ max: maxKept })

  async function readAhead (path: string, start: number, size: number): Promise<{ start: number, bytes: Uint8Array }> {
    const file = await open(path)
    try {
      const buffer = new Uint8Array(Math.min(aheadBytes, size - start))
      let filled = 0
      for (let last = -1; filled < buffer.length && last !== 0; filled += last) {
        last = (await file.read(buffer, filled, buffer.length - filled, start + filled)).bytesRead
      }
      return { start, bytes: buffer.subarray(0, filled) }
    } finally {
      await file.close()
    }
  }

  return {
    async * read ({ id, path, size }, start, bytes) {
      if (bytes > smallBytes) {
        // Opened only when it is read: before that, there is no listener for its errors.
        yield * createReadStream(path, { start, end: start + bytes - 1, highWaterMark: 262_144 })
        return
      }
      let part = kept.get(id)
      if (!part || start < part.start || start + bytes > part.start + part.bytes.length) {
        kept.set(id, part = await readAhead(path, start, size))
      }
      yield part.bytes.subarray(start - part.start, start - part.start + bytes)
    },
    forget: id => { kept.delete(id) },
  }
}
