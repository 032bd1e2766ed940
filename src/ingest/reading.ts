// Reads files in processes of their own: whatever a file does there, it can be ended, and the service goes on.
import pLimit from 'p-limit'
import { createDeadline, unlessAborted } from '../async/signals.ts'
import { coded } from '../errors.ts'
import type { ReadDocument } from '../documents/content.ts'
import type { CutDocument, CutOptions } from './cut.ts'
import type { FileInfo, ReadLimits } from './formats/formats.ts'
import { rejected } from './formats/rejection.ts'
import { joined } from './reading-pieces.ts'
import type { Parted, Piece } from './reading-pieces.ts'
import { startReading } from './reading-process.ts'
import type { ReadingProcess } from './reading-process.ts'
import type { FromReader } from './reading-worker.ts'

export interface ReadingOptions {
  /** For one file; time in which nobody takes what was read does not count. */
  timeoutMs: number
  /** The heap of one process; with its buffers it may grow by twice as much while it reads a file. */
  memoryMb: number
  maxBytes: number
  maxPages?: number
  /** Files that are read at once. */
  concurrency?: number
  /** An idle process ends after this. */
  idleMs?: number
  /** The embedding model's `tokenizer.json`, by which tokens are counted when documents are cut; null = they are estimated. */
  tokenizer?: () => Promise<string | null>
  /** The process's module; another one in tests. */
  worker?: URL
}

export interface Reading {
  /**
   * All documents of a file. Throws FILE_TOO_LARGE, FILE_REJECTED with its `reason`, SHUTTING_DOWN or the signal's reason.
   * @param file its bytes, or a stream of them that is there already, such as a file on a disk: waiting for it counts
   */
  read (file: Uint8Array | AsyncIterable<Uint8Array>, about: FileInfo, signal: AbortSignal): Promise<ReadDocument[]>
  /** The same in batches, of about 200 KB: a file with very many documents is never in memory as a whole. */
  readMany (file: Uint8Array | AsyncIterable<Uint8Array>, about: FileInfo, signal: AbortSignal): AsyncGenerator<ReadDocument[]>
  /** The same, each document cut into chunks in the process that read it. */
  cutMany (file: Uint8Array | AsyncIterable<Uint8Array>, about: FileInfo, cut: CutOptions, signal: AbortSignal): AsyncGenerator<CutDocument[]>
  /** Ends all processes; who is reading gets SHUTTING_DOWN. */
  close (): Promise<void>
}

/** Bytes sent at once. */
const sliceBytes = 262_144
/** How long a process may take to begin. */
const startMs = 30_000
/** A process that has read this many files makes room for a fresh one. */
const filesEach = 500
const mostUnpackedBytes = 100e6

interface Life { process: ReadingProcess, files: number, idle?: NodeJS.Timeout }

/** Makes the reading; its processes start with the first files. */
export function createReading ({
  timeoutMs, memoryMb, maxBytes, maxPages = 5000, concurrency = 1, idleMs = 30_000, tokenizer = async () => null, worker = new URL('./reading-worker.ts', import.meta.url),
}: ReadingOptions): Reading {
  const lives = new Set<Life>()
  const resting: Life[] = []
  const limit = pLimit(concurrency)
  const closing = new AbortController()
  const limits: ReadLimits = { maxPages, maxUnpackedBytes: mostUnpackedBytes }

  /** Waits until one more file may be read. Returns what lets the next one in. */
  async function enter (signal: AbortSignal): Promise<() => void> {
    const entered = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    limit(() => {
      entered.resolve()
      return left.promise
    })
    await unlessAborted(entered.promise, signal, left.resolve)
    return left.resolve
  }

  async function begin (signal: AbortSignal): Promise<Life> {
    for (let life = resting.pop(); life; life = resting.pop()) {
      clearTimeout(life.idle)
      life.process.hold(true)
      if (!life.process.ended) return life
      lives.delete(life)
    }
    const life: Life = { process: startReading(worker, memoryMb), files: 0 }
    lives.add(life)
    try {
      await unlessOver(life.process.answer(), startMs, signal)
      const counting = await unlessOver(tokenizer(), startMs, signal)
      if (counting !== null) await life.process.send({ tokenizer: counting })
      return life
    } catch (error) {
      await end(life)
      throw error
    }
  }

  async function end (life: Life): Promise<void> {
    clearTimeout(life.idle)
    await life.process.end()
    lives.delete(life)
  }

  function rest (life: Life): void {
    life.process.hold(false)
    life.idle = setTimeout(() => {
      resting.splice(resting.indexOf(life), 1)
      end(life)
    }, idleMs).unref()
    resting.push(life)
  }

  async function * piecesFrom (process: ReadingProcess, file: Uint8Array | AsyncIterable<Uint8Array>, about: FileInfo, cut: CutOptions | undefined, signal: AbortSignal): AsyncGenerator<Piece> {
    let left = timeoutMs
    const wait = async <T>(promise: Promise<T>): Promise<T> => {
      const since = performance.now()
      try {
        return await unlessOver(promise, left, signal)
      } finally {
        left -= performance.now() - since
      }
    }
    let size = 0
    const slices = slicesOf(file)[Symbol.asyncIterator]()
    for (let next = await wait(slices.next()); !next.done; next = await wait(slices.next())) {
      size += next.value.length
      if (size > maxBytes) throw tooLarge(maxBytes)
      await wait(process.send({ bytes: next.value }))
    }
    await wait(process.send({ about, limits, growthMb: 2 * memoryMb, ...(cut ? { cut } : {}) }))
    await wait(process.send('next'))
    for (;;) {
      const piece = pieceIn(await wait(process.answer()))
      if (piece === null) return
      // The next is made while this one is used.
      await wait(process.send('next'))
      yield piece
    }
  }

  async function * batchesOf (file: Uint8Array | AsyncIterable<Uint8Array>, about: FileInfo, cut: CutOptions | undefined, given: AbortSignal): AsyncGenerator<Parted[]> {
    const signal = AbortSignal.any([given, closing.signal])
    signal.throwIfAborted()
    if (file instanceof Uint8Array && file.length > maxBytes) throw tooLarge(maxBytes)
    const leave = await enter(signal)
    try {
      const life = await begin(signal)
      let whole = false
      try {
        yield * joined(piecesFrom(life.process, file, about, cut, signal))
        whole = true
      } finally {
        // One that failed, or was left in the middle, is not asked again.
        if (whole && !signal.aborted && ++life.files < filesEach) rest(life)
        else await end(life)
      }
    } finally {
      leave()
    }
  }

  // What the process sends is what it was asked for.
  const readMany: Reading['readMany'] = (file, about, signal) => batchesOf(file, about, undefined, signal) as AsyncGenerator<ReadDocument[]>

  return {
    readMany,
    cutMany: (file, about, cut, signal) => batchesOf(file, about, cut, signal) as AsyncGenerator<CutDocument[]>,

    async read (file, about, signal) {
      const documents: ReadDocument[] = []
      for await (const batch of readMany(file, about, signal)) for (const document of batch) documents.push(document)
      return documents
    },

    async close () {
      closing.abort(coded('SHUTTING_DOWN'))
      await Promise.all([...lives].map(end))
    }
  }
}

function tooLarge (maxBytes: number): Error {
  return coded('FILE_TOO_LARGE', `At most ${Math.floor(maxBytes / 1e6)} MB are taken.`)
}

function pieceIn (answer: FromReader): Piece | null {
  if (typeof answer === 'object' && 'piece' in answer) return answer.piece
  if (answer === 'ready') throw rejected('broken')
  const { reason, message, cause } = answer
  throw Object.assign(rejected(reason, undefined, cause && new Error(cause)), { message })
}

async function * slicesOf (file: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (!(file instanceof Uint8Array)) yield * file
  else for (let at = 0; at < file.length; at += sliceBytes) yield file.subarray(at, at + sliceBytes)
}

/** What the promise gives, unless `ms` pass or the signal fires before. */
async function unlessOver<T> (promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const deadline = createDeadline(ms, signal)
  try {
    return await unlessAborted(promise, deadline.signal)
  } catch (error) {
    // The signal first: what is ended because of it fails too.
    signal.throwIfAborted()
    throw deadline.signal.aborted ? rejected('took too long') : error
  } finally {
    deadline.clear()
  }
}
