// Reads PDF files with pages that are pictures: their text is recognised, and read again with the rest.
import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pLimit from 'p-limit'
import type { ReadDocument } from '../../documents/content.ts'
import type { CutDocument } from '../cut.ts'
import type { FileInfo } from '../formats/formats.ts'
import { isRejection } from '../formats/rejection.ts'
import type { FileBytes, ReaderPool } from '../reader-pool.ts'
import type { Recogniser } from './tesseract.ts'

const headBytes = 1024

/** Makes a pool of readers that recognises the text of scanned pages. Other files pass through it as they are. */
export function withRecognition (pool: ReaderPool, recogniser: Recogniser): ReaderPool {
  // It takes a core for seconds a page: one file at a time.
  const inTurn = pLimit(1)

  async function * recognised<T extends ReadDocument | CutDocument> (
    file: FileBytes, info: FileInfo, signal: AbortSignal, read: (file: FileBytes, info: FileInfo) => AsyncGenerator<T[]>
  ): AsyncGenerator<T[]> {
    const { isPdf, whole } = await peek(file)
    if (!isPdf) return yield * read(whole, info)
    const dir = await mkdtemp(join(tmpdir(), 'causerie-scan-'))
    try {
      const path = join(dir, 'file.pdf')
      await save(whole, path)
      const again = () => createReadStream(path)
      let first: T[][] = []
      let pages: number[] | null
      try {
        first = await Array.fromAsync(read(again(), info))
        pages = first.flat().flatMap(({ unread = [] }) => unread)
        if (pages.length === 0) return yield * first
      } catch (error) {
        if (!isRejection(error) || !['empty', 'no readable text'].includes(error.reason)) throw error
        pages = null
        const found = await inTurn(() => recogniser.recognise(path, pages, signal))
        if (found.length === 0) throw error
        return yield * read(again(), { ...info, recognised: found })
      }
      const found = await inTurn(() => recogniser.recognise(path, pages, signal))
      if (found.length === 0) yield * first
      else yield * read(again(), { ...info, recognised: found })
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  }

  const readMany: ReaderPool['readMany'] = (file, info, signal) =>
    recognised(file, info, signal, (file, info) => pool.readMany(file, info, signal))
  return {
    readMany,
    cutMany: (file, info, cut, signal) => recognised(file, info, signal, (file, info) => pool.cutMany(file, info, cut, signal)),
    read: async (file, info, signal) => (await Array.fromAsync(readMany(file, info, signal))).flat(),
    close: () => pool.close(),
  }
}

/** Tells whether a file is a PDF, and returns it whole. */
async function peek (file: FileBytes): Promise<{ isPdf: boolean, whole: FileBytes }> {
  if (file instanceof Uint8Array) return { isPdf: isPdf(file), whole: file }
  const parts = file[Symbol.asyncIterator]()
  const { value, done } = await parts.next()
  if (done) return { isPdf: false, whole: new Uint8Array() }
  return {
    isPdf: isPdf(value),
    whole: (async function * () {
      yield value
      yield * { [Symbol.asyncIterator]: () => parts }
    })(),
  }
}

function isPdf (bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headBytes)).includes('%PDF-')
}

async function save (file: FileBytes, path: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    if (file instanceof Uint8Array) await handle.writeFile(file)
    else for await (const part of file) await handle.write(part)
  } finally {
    await handle.close()
  }
}
