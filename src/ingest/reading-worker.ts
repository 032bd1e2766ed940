// The reading process: reads one file after another for its parent, and ends itself before it takes too much memory.
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { readFile } from './formats/read.ts'
import type { FileInfo, ReadLimits } from './formats/formats.ts'
import { cutDocument } from './cut.ts'
import type { CutDocument, CutOptions } from './cut.ts'
import type { ReadDocument } from '../documents/content.ts'
import { isRejection, rejected } from './formats/rejection.ts'
import type { RejectionReason } from './formats/rejection.ts'
import { piecesOf } from './reading-pieces.ts'
import type { Piece } from './reading-pieces.ts'
import { createTokenCounter, estimateTokens } from '../language/token-count.ts'

/**
 * What the parent says: once, how tokens are counted; then the file in pieces, what it is and how it is cut, if at all,
 * and `next` for each piece of what was read.
 */
export type ToReader = { tokenizer: string } | { bytes: Uint8Array } | { about: FileInfo, limits: ReadLimits, growthMb: number, cut?: CutOptions } | 'next'
export type FromReader = 'ready' | { piece: Piece | null } | { reason: RejectionReason, message: string, cause?: string }

/** How often the memory is looked at. */
const watchMs = 40

if (isMainThread) serve()
else watch()

function serve (): void {
  const growth = new Int32Array(new SharedArrayBuffer(4))
  // Garbage collection and the parsers keep this thread from looking at itself.
  new Worker(new URL(import.meta.url), { workerData: growth, resourceLimits: { maxOldGenerationSizeMb: 32 } }).unref()
  const tell = (message: FromReader) => process.send!(message)
  let received: Uint8Array[] = []
  let pieces: AsyncGenerator<Piece> | undefined
  let count = estimateTokens

  process.on('message', async (message: ToReader) => {
    try {
      if (message === 'next') {
        const { value } = await pieces!.next()
        tell({ piece: value ?? null })
      } else if ('tokenizer' in message) {
        count = counterOf(message.tokenizer)
      } else if ('bytes' in message) {
        received.push(message.bytes)
      } else {
        const bytes = received.length === 1 ? received[0]! : Buffer.concat(received)
        received = []
        Atomics.store(growth, 0, Math.ceil(process.memoryUsage.rss() / 1e6) + message.growthMb)
        const documents = readFile(bytes, message.about, message.limits)
        pieces = message.cut ? piecesOf(cut(documents, message.cut, count)) : piecesOf(documents)
      }
    } catch (error) {
      const { reason, message, cause } = isRejection(error) ? error : rejected('broken', undefined, error)
      tell({ reason, message, ...(cause instanceof Error ? { cause: cause.message } : {}) })
    }
  })
  process.on('disconnect', () => process.exit())
  tell('ready')
}

/** One that is not understood must not keep files from being read: their tokens are estimated then. */
function counterOf (tokenizer: string): (text: string) => number {
  try {
    return createTokenCounter(JSON.parse(tokenizer)).count
  } catch {
    return estimateTokens
  }
}

async function * cut (documents: AsyncIterable<ReadDocument>, options: CutOptions, count: (text: string) => number): AsyncGenerator<CutDocument> {
  for await (const document of documents) yield cutDocument(document, options, count)
}

/** Ends the process when it has grown too large, or when its parent is gone while it is at work. */
function watch (): void {
  const most = workerData as Int32Array
  const parent = process.ppid
  parentPort!.unref()
  setInterval(() => {
    const limit = Atomics.load(most, 0)
    if ((limit > 0 && process.memoryUsage.rss() / 1e6 > limit) || process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
  }, watchMs)
}
