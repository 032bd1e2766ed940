// Reads files in a pool of confined processes: whatever a file does there, the process can be killed and the service continues.
import { fileURLToPath } from 'node:url'
import pLimit from 'p-limit'
import { createDeadline, unlessAborted } from '../async/signals.ts'
import { coded } from '../errors.ts'
import type { ReadDocument } from '../documents/content.ts'
import type { CutDocument, CutOptions } from './cut.ts'
import type { FileInfo, ReadLimits } from './formats/formats.ts'
import { rejected } from './formats/rejection.ts'
import { joinSlices } from './document-slices.ts'
import type { DocumentSlice, Sliceable } from './document-slices.ts'
import { findLauncher } from './launcher.ts'
import { startReader } from './reader-process.ts'
import type { ReaderProcess } from './reader-process.ts'
import type { FromReader } from './reader-main.ts'

export interface ReaderPoolOptions {
  /** The time to read one file. Time that the caller spends on a batch does not count. */
  timeoutMs: number
  /** The heap of one process. With its buffers the process may grow by twice as much while it reads a file. */
  memoryMb: number
  maxBytes: number
  maxPages?: number
  /** How many files are read at once. */
  concurrency?: number
  /** How long an idle process is kept. */
  idleMs?: number
  /** Loads the embedding model's `tokenizer.json`, which counts the tokens of documents that are cut; null = they are estimated. */
  tokenizer?: () => Promise<string | null>
  /** How long a process may take to start. */
  startMs?: number
  /** The main module of a process; another one in tests. */
  main?: URL
}

/** A file as it is given to a pool: its bytes, or a stream of them. */
export type FileBytes = Uint8Array | AsyncIterable<Uint8Array>

export interface ReaderPool {
  /**
   * Reads all documents of a file. Throws FILE_TOO_LARGE, FILE_REJECTED with its `reason`, READER_UNAVAILABLE,
   * SHUTTING_DOWN or the signal's reason.
   * @param file its bytes, or a stream that is already there, such as a file on a disk: waiting for it counts as reading
   */
  read (file: FileBytes, info: FileInfo, signal: AbortSignal): Promise<ReadDocument[]>
  /** Reads the documents in batches of about 200 KB: a file with very many documents is never in memory as a whole. */
  readMany (file: FileBytes, info: FileInfo, signal: AbortSignal): AsyncGenerator<ReadDocument[]>
  /** Reads the documents in batches, each document cut into chunks by the process that read it. */
  cutMany (file: FileBytes, info: FileInfo, cut: CutOptions, signal: AbortSignal): AsyncGenerator<CutDocument[]>
  /** Kills all processes. Calls that are still reading throw SHUTTING_DOWN. */
  close (): Promise<void>
}

/** How many bytes are sent at once. */
const messageBytes = 262_144
/** A process is replaced by a fresh one after this many files. */
const maxFilesEach = 500
const maxUnpackedBytesOfFile = 100e6

interface Reader { process: ReaderProcess, files: number, idleTimer?: NodeJS.Timeout }

/** Makes a pool. Its processes start with the first files. */
export function createReaderPool ({
  timeoutMs, memoryMb, maxBytes, maxPages = 5000, concurrency = 1, idleMs = 30_000, tokenizer = async () => null, startMs = 30_000,
  main = new URL('./reader-main.ts', import.meta.url),
}: ReaderPoolOptions): ReaderPool {
  const readers = new Set<Reader>()
  const idle: Reader[] = []
  const limit = pLimit(concurrency)
  const closing = new AbortController()
  const limits: ReadLimits = { maxPages, maxUnpackedBytes: maxUnpackedBytesOfFile }

  /** Waits until one more file may be read. Returns a function that lets the next one in. */
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

  /** Takes an idle process, or starts one. */
  async function acquire (signal: AbortSignal): Promise<Reader> {
    for (let reader = idle.pop(); reader; reader = idle.pop()) {
      clearTimeout(reader.idleTimer)
      reader.process.setBusy(true)
      if (!reader.process.ended) return reader
      readers.delete(reader)
    }
    const launcher = await findLauncher(process.execPath, fileURLToPath(main))
    signal.throwIfAborted()
    const reader: Reader = { process: startReader(main, memoryMb, launcher), files: 0 }
    readers.add(reader)
    try {
      // A slow start is the service's fault, not the file's: the error is retryable.
      const tooSlow = () => coded('READER_UNAVAILABLE', `It did not start within ${startMs / 1000} s.`)
      await withDeadline(reader.process.receive(), startMs, signal, tooSlow)
      const counting = await withDeadline(tokenizer(), startMs, signal, tooSlow)
      if (counting !== null) await reader.process.send({ tokenizer: counting })
      return reader
    } catch (error) {
      await endReader(reader)
      throw error
    }
  }

  async function endReader (reader: Reader): Promise<void> {
    clearTimeout(reader.idleTimer)
    await reader.process.end()
    readers.delete(reader)
  }

  function release (reader: Reader): void {
    reader.process.setBusy(false)
    reader.idleTimer = setTimeout(() => {
      idle.splice(idle.indexOf(reader), 1)
      endReader(reader)
    }, idleMs).unref()
    idle.push(reader)
  }

  async function * slicesFrom (
    process: ReaderProcess, file: FileBytes, info: FileInfo, cut: CutOptions | undefined, signal: AbortSignal
  ): AsyncGenerator<DocumentSlice> {
    let left = timeoutMs
    const wait = async <T>(promise: Promise<T>): Promise<T> => {
      const since = performance.now()
      try {
        return await withDeadline(promise, left, signal, () => rejected('took too long'))
      } finally {
        left -= performance.now() - since
      }
    }
    let size = 0
    let bytes = new Uint8Array()
    const parts = splitBytes(file)[Symbol.asyncIterator]()
    for (let next = await wait(parts.next()); !next.done; next = await wait(parts.next())) {
      // The last part goes with the question: a small file is one message.
      if (size > 0) await wait(process.send({ bytes }))
      bytes = next.value as Uint8Array<ArrayBuffer>
      size += bytes.length
      if (size > maxBytes) throw tooLarge(maxBytes)
    }
    process.limitGrowth(2 * memoryMb)
    await wait(process.send({ bytes, info, limits, ...(cut ? { cut } : {}) }))
    for (;;) {
      const slice = sliceIn(await wait(process.receive()))
      if (slice === null) return
      // The process makes the next slice while the caller uses this one.
      if (!slice.isLast) await wait(process.send('next'))
      yield slice
      if (slice.isLast) return
    }
  }

  async function * readBatches (
    file: FileBytes, info: FileInfo, cut: CutOptions | undefined, given: AbortSignal
  ): AsyncGenerator<Sliceable[]> {
    const signal = AbortSignal.any([given, closing.signal])
    signal.throwIfAborted()
    if (file instanceof Uint8Array && file.length > maxBytes) throw tooLarge(maxBytes)
    const leave = await enter(signal)
    try {
      const reader = await acquire(signal)
      let finished = false
      try {
        yield * joinSlices(slicesFrom(reader.process, file, info, cut, signal))
        finished = true
      } finally {
        // A process that failed, or was left in the middle of a file, is not used again.
        if (finished && !signal.aborted && ++reader.files < maxFilesEach) release(reader)
        else await endReader(reader)
      }
    } finally {
      leave()
    }
  }

  // Without `cut` the process sends documents with sections, with it documents with chunks.
  const readMany: ReaderPool['readMany'] = (file, info, signal) =>
    readBatches(file, info, undefined, signal) as AsyncGenerator<ReadDocument[]>

  return {
    readMany,
    cutMany: (file, info, cut, signal) => readBatches(file, info, cut, signal) as AsyncGenerator<CutDocument[]>,

    async read (file, info, signal) {
      const documents: ReadDocument[] = []
      for await (const batch of readMany(file, info, signal)) for (const document of batch) documents.push(document)
      return documents
    },

    async close () {
      closing.abort(coded('SHUTTING_DOWN'))
      await Promise.all([...readers].map(endReader))
    }
  }
}

function tooLarge (maxBytes: number): Error {
  return coded('FILE_TOO_LARGE', `At most ${Math.floor(maxBytes / 1e6)} MB.`)
}

/** Returns the slice in a message, null after the last one. Throws the rejection that the process reports. */
function sliceIn (received: FromReader): DocumentSlice | null {
  if (typeof received === 'object' && 'slice' in received) return received.slice
  if (received === 'ready') throw rejected('broken')
  const { reason, message, cause } = received
  throw Object.assign(rejected(reason, undefined, cause && new Error(cause)), { message })
}

async function * splitBytes (file: FileBytes): AsyncGenerator<Uint8Array> {
  if (!(file instanceof Uint8Array)) yield * file
  else for (let at = 0; at < file.length; at += messageBytes) yield file.subarray(at, at + messageBytes)
}

/** Waits for the promise at most `ms`. Throws the signal's reason when it fires, `tooLate()` when the time is over. */
async function withDeadline<T> (promise: Promise<T>, ms: number, signal: AbortSignal, tooLate: () => Error): Promise<T> {
  const deadline = createDeadline(ms, signal)
  try {
    return await unlessAborted(promise, deadline.signal)
  } catch (error) {
    // The signal comes first: a process that was killed because of it fails too.
    signal.throwIfAborted()
    throw deadline.signal.aborted ? tooLate() : error
  } finally {
    deadline.clear()
  }
}
