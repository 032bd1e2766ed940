// Caches the content of parsed files on disk, so that the same file is neither read nor cut again.
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createZstdCompress, createZstdDecompress, zstdCompress } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import type { CutDocument, CutOptions } from '../ingest/cut.ts'
import { formatOfName } from '../ingest/formats/detect.ts'
import { joinSlices, splitIntoSlices, type DocumentSlice } from '../ingest/document-slices.ts'
import type { FieldMapping, Language } from '../types.ts'
import type { TaskFile } from './task.ts'

export interface ParseCache {
  /** Tells if there is an entry with this key. */
  has (company: string, key: string): boolean
  /** Yields the documents of an entry in batches; throws when the entry is damaged or gone. */
  read (company: string, key: string): AsyncGenerator<CutDocument[]>
  /** Passes the batches on, and stores them once all of them have been consumed. On a full disk it stores nothing and does not fail. */
  store (company: string, key: string, batches: AsyncIterable<CutDocument[]>): AsyncGenerator<CutDocument[]>
  /** Settles when everything of the company, or of all, that was passed on so far is stored. */
  settled (company?: string): Promise<void>
  remove (company: string, key: string): void
  /** Removes every entry of a company. */
  removeAll (company: string): Promise<void>
  /** Finds the entries on disk. Call it once, at the start. */
  recover (): Promise<void>
  /** Removes the entries that are too old. */
  removeExpired (): void
  stats (): { files: number, bytes: number, hits: number, misses: number }
}

const compress = promisify(zstdCompress)
const ending = '.jsonl.zst'
/** An unfinished entry that nothing was written to for so long was left by a crash. */
const unfinishedMs = 3_600_000
/** The most characters of an entry that is written at once. */
const smallChars = 262_144
/** The most files that are written at once. */
const maxWriting = 8
/** Raise it when files are read or cut differently, so that older entries are not used. */
const version = 13

type KeyedFile = Pick<TaskFile, 'sha256' | 'name' | 'type'>

/** Returns the same key for files that give the same documents: by content, name and type, and by the settings. */
export function parseKey (
  { sha256, name, type }: KeyedFile, mapping: FieldMapping, settings: CutOptions & { counting: string, language: Language }
): string {
  return createHash('sha256').update(JSON.stringify([version, sha256, name, formatOfName(name) ?? type, mapping, settings])).digest('hex')
}

export interface ParseCacheOptions {
  /** The cache's folder: it has a folder per company, and in that a file per key. */
  dir: string
  /** The most disk space; the least recently used entry is removed first. 0 = nothing is stored. */
  maxBytes: number
  /** How long an entry stays; 0 = for ever. */
  maxAgeMs: number
  onProblem: (error: unknown) => void
}

export function createParseCache ({ dir, maxBytes, maxAgeMs, onProblem }: ParseCacheOptions): ParseCache {
  const counts = { hits: 0, misses: 0 }
  const writing = new Map<Promise<void>, string>()
  const files = new LRUCache<string, number>({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: bytes => Math.max(1, bytes),
    ...(maxAgeMs > 0 ? { ttl: maxAgeMs, ttlAutopurge: false } : {}),
    dispose (_, name, reason) {
      // A replaced entry has the same name.
      if (reason !== 'set') rm(join(dir, name), { force: true }).catch(onProblem)
    },
  })
  const ofCompany = (company: string) => [...writing].filter(([, own]) => own === company).map(([written]) => written)
  const nameOf = (company: string, key: string) => join(company, key + ending)

  /** Writes an entry: `fill` writes the file with the given name, and returns its size. */
  async function write (name: string, signal: AbortSignal, fill: (path: string) => Promise<number>): Promise<void> {
    const path = join(dir, name)
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const size = await fill(`${path}.new`)
      await rename(`${path}.new`, path)
      files.set(name, size)
      // The cache evicts at once an entry larger than the whole cache.
      if (!files.has(name)) await rm(path, { force: true })
    } catch (error) {
      if (!signal.aborted) onProblem(error)
      await rm(`${path}.new`, { force: true }).catch(onProblem)
    }
  }

  const writeSmall = (text: string) => async (path: string) => {
    const bytes = await compress(text)
    await writeFile(path, bytes, { mode: 0o600 })
    return bytes.length
  }

  const writeLarge = (lines: PassThrough, signal: AbortSignal) => async (path: string) => {
    await pipeline(lines, createZstdCompress(), createWriteStream(path, { mode: 0o600 }), { signal })
    return (await stat(path)).size
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
      // The loop below throws the same error.
      piped.catch(() => {})
      async function * slices (): AsyncGenerator<DocumentSlice<CutDocument>> {
        for await (const line of linesOf(text)) yield JSON.parse(line)
        await piped
      }
      try {
        yield * joinSlices(slices())
      } finally {
        file.destroy()
        text.destroy()
      }
    },

    async * store (company, key, batches) {
      if (maxBytes === 0) return yield * batches
      const name = nameOf(company, key)
      const abort = new AbortController()
      /** The lines of an entry that is small so far: most are, and a stream costs more than to write them. */
      let text = ''
      let lines: PassThrough | undefined
      let isWhole = false
      const begin = (fill: (path: string) => Promise<number>) => {
        const written = write(name, abort.signal, fill)
        writing.set(written, company)
        written.then(() => writing.delete(written))
      }
      try {
        for await (const batch of batches) {
          for await (const slice of splitIntoSlices(each(batch))) {
            const line = `${JSON.stringify(slice)}\n`
            if (!lines && text.length + line.length <= smallChars) {
              text += line
              continue
            }
            if (!lines) {
              begin(writeLarge(lines = new PassThrough(), abort.signal))
              if (text !== '') await push(lines, text)
            }
            await push(lines, line)
          }
          yield batch
        }
        isWhole = true
        // Not awaited: the next file can be read meanwhile. The number of running writes is limited.
        if (lines) lines.end()
        else begin(writeSmall(text))
        if (writing.size > maxWriting) await Promise.race(ofCompany(company))
      } finally {
        // A file that was not read to its end is not stored.
        if (!isWhole) abort.abort()
      }
    },
    settled: async company => { await Promise.all(company === undefined ? writing.keys() : ofCompany(company)) },

    remove: (company, key) => { files.delete(nameOf(company, key)) },

    async removeAll (company) {
      await Promise.all(ofCompany(company))
      for (const name of files.keys()) if (dirname(name) === company) files.delete(name)
      await rm(join(dir, company), { recursive: true, force: true })
    },

    async recover () {
      const names = await readdir(dir, { recursive: true }).catch(() => [])
      const ours = names.filter(name => name.endsWith(ending) || name.endsWith('.new'))
      // One that is gone in the meantime was removed by another process.
      const found = await Promise.all(ours.map(name => fileInfo(join(dir, name)).then(info => ({ name, ...info }), () => [])))
      for (const { name, bytes, at } of found.flat().sort((a, b) => a.at - b.at)) {
        const age = Date.now() - at
        // Another process may be writing it.
        if (name.endsWith('.new') && age < unfinishedMs) continue
        if (name.endsWith('.new') || maxBytes === 0 || (maxAgeMs > 0 && age > maxAgeMs)) await rm(join(dir, name), { force: true })
        else files.set(name, bytes, maxAgeMs > 0 ? { start: performance.now() - age } : {})
      }
    },

    removeExpired: () => { files.purgeStale() },
    stats: () => ({ files: files.size, bytes: files.calculatedSize, ...counts }),
  }
}

/** Writes a line as fast as the stream takes it, and yields to other work. A line for a closed stream is dropped. */
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

/** Yields lines of JSON. Not by node:readline, which also ends lines at U+2028 and buffers far ahead. */
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

async function fileInfo (path: string): Promise<{ bytes: number, at: number }> {
  const { size, mtimeMs } = await stat(path)
  return { bytes: size, at: mtimeMs }
}
