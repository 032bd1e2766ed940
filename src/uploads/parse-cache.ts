// What was read from files, kept for a while: the same file again is neither read nor cut again.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { createZstdCompress, createZstdDecompress } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import type { CutDocument, CutOptions } from '../ingest/cut.ts'
import { formatOfName } from '../ingest/formats/detect.ts'
import { joined, piecesOf, type Piece } from '../ingest/reading-pieces.ts'
import type { FieldMapping } from '../types.ts'
import type { TaskFile } from './task.ts'

export interface Processed {
  /** Whether there is something under this key. */
  has (company: string, key: string): boolean
  /** What was read, in batches; throws when it is damaged or gone. */
  read (company: string, key: string): AsyncGenerator<CutDocument[]>
  /** Passes the batches on, and keeps them when all of them have been taken. A disk that is full keeps none, and harms nothing. */
  keep (company: string, key: string, batches: AsyncIterable<CutDocument[]>): AsyncGenerator<CutDocument[]>
  /** Settles when what has been passed on so far is kept. */
  settled (): Promise<void>
  drop (company: string, key: string): void
  /** Looks what is there. To be called once, at start. */
  recover (): Promise<void>
  /** Removes what has been kept for long enough. */
  forget (): void
  stats (): { files: number, bytes: number, hits: number, misses: number }
}

const ending = '.jsonl.zst'
/** Files that are written at once. */
const mostWriting = 8
/** Raised when files are read or cut otherwise, so that what was kept before is not taken for it. */
const version = 1

/** Equal for files that are read and cut alike: by content, name and type, and by the settings. */
export function processedKey ({ sha256, name, type }: Pick<TaskFile, 'sha256' | 'name' | 'type'>, mapping: FieldMapping, cut: CutOptions & { counting: string }): string {
  return createHash('sha256').update(JSON.stringify([version, sha256, name, formatOfName(name) ?? type, mapping, cut])).digest('hex')
}

/**
 * @param dir a folder for each company, in it a file for each key
 * @param maxBytes of the disk, at most; the least recently used goes first; 0 = nothing is kept
 * @param keepMs how long; 0 = for ever
 */
export function createProcessed ({ dir, maxBytes, keepMs, onProblem }: { dir: string, maxBytes: number, keepMs: number, onProblem: (error: unknown) => void }): Processed {
  const counts = { hits: 0, misses: 0 }
  const writing = new Set<Promise<void>>()
  const files = new LRUCache<string, number>({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: bytes => Math.max(1, bytes),
    ...(keepMs > 0 ? { ttl: keepMs, ttlAutopurge: false } : {}),
    dispose (_, name, reason) {
      // What is replaced has the same name.
      if (reason !== 'set') rm(join(dir, name), { force: true }).catch(onProblem)
    },
  })
  const nameOf = (company: string, key: string) => join(company, key + ending)

  async function write (lines: PassThrough, name: string, signal: AbortSignal): Promise<void> {
    const path = join(dir, name)
    try {
      await mkdir(dirname(path), { recursive: true })
      await pipeline(lines, createZstdCompress(), createWriteStream(`${path}.new`), { signal })
      await rename(`${path}.new`, path)
      files.set(name, (await stat(path)).size)
      // It is larger than all may be together.
      if (!files.has(name)) await rm(path, { force: true })
    } catch (error) {
      if (!signal.aborted) onProblem(error)
      await rm(`${path}.new`, { force: true }).catch(onProblem)
    }
  }

  return {
    has (company, key) {
      const found = files.get(nameOf(company, key)) !== undefined
      counts[found ? 'hits' : 'misses']++
      return found
    },

    async * read (company, key) {
      const file = createReadStream(join(dir, nameOf(company, key)))
      const text = createZstdDecompress()
      const piped = pipeline(file, text)
      // Told by the loop below, which ends early then.
      piped.catch(() => {})
      async function * pieces (): AsyncGenerator<Piece<CutDocument>> {
        for await (const line of linesOf(text)) yield JSON.parse(line)
        await piped
      }
      try {
        yield * joined(pieces())
      } finally {
        file.destroy()
        text.destroy()
      }
    },

    async * keep (company, key, batches) {
      if (maxBytes === 0) return yield * batches
      const name = nameOf(company, key)
      const lines = new PassThrough()
      const abort = new AbortController()
      const written = write(lines, name, abort.signal)
      writing.add(written)
      written.then(() => writing.delete(written))
      try {
        for await (const batch of batches) {
          for await (const piece of piecesOf(each(batch))) await push(lines, `${JSON.stringify(piece)}\n`)
          yield batch
        }
        // Not waited for: the next file can be read meanwhile, but not ever so many.
        lines.end()
        if (writing.size > mostWriting) await Promise.race(writing)
      } finally {
        // What was left in the middle is not kept.
        if (!lines.writableEnded) abort.abort()
      }
    },
    settled: async () => { await Promise.all(writing) },

    drop: (company, key) => { files.delete(nameOf(company, key)) },

    async recover () {
      const names = await readdir(dir, { recursive: true }).catch(() => [])
      const found = await Promise.all(names.filter(name => name.endsWith(ending) || name.endsWith('.new')).map(async name => ({ name, ...await about(join(dir, name)) })))
      for (const { name, bytes, at } of found.sort((a, b) => a.at - b.at)) {
        const age = Date.now() - at
        if (name.endsWith('.new') || maxBytes === 0 || (keepMs > 0 && age > keepMs)) await rm(join(dir, name), { force: true })
        else files.set(name, bytes, keepMs > 0 ? { start: performance.now() - age } : {})
      }
    },

    forget: () => { files.purgeStale() },
    stats: () => ({ files: files.size, bytes: files.calculatedSize, ...counts }),
  }
}

/** Hands a line on as fast as it is written, and lets others have their turn. One that nobody takes any more is lost. */
async function push (lines: PassThrough, line: string): Promise<void> {
  if (lines.destroyed) return
  if (lines.write(line)) return setImmediate()
  const { promise, resolve } = Promise.withResolvers<void>()
  lines.once('drain', resolve)
  lines.once('close', resolve)
  await promise
  lines.off('drain', resolve)
  lines.off('close', resolve)
}

/** Lines of JSON. Not by node:readline: that also ends lines at U+2028, and reads far ahead. */
async function * linesOf (stream: Readable): AsyncGenerator<string> {
  let rest = ''
  for await (const text of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    yield * lines
  }
}

async function * each<T> (list: T[]): AsyncGenerator<T> {
  yield * list
}

async function about (path: string): Promise<{ bytes: number, at: number }> {
  const { size, mtimeMs } = await stat(path)
  return { bytes: size, at: mtimeMs }
}
