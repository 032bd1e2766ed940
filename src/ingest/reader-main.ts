// The main module of the reader process: reads one file at a time for its parent.
import { Worker } from 'node:worker_threads'
import { readFile } from './formats/read.ts'
import type { FileInfo, ReadLimits } from './formats/formats.ts'
import { cutDocument } from './cut.ts'
import type { CutDocument, CutOptions } from './cut.ts'
import type { ReadDocument } from '../documents/content.ts'
import { isRejection, rejected } from './formats/rejection.ts'
import type { RejectionReason } from './formats/rejection.ts'
import { splitIntoSlices } from './document-slices.ts'
import type { DocumentSlice } from './document-slices.ts'
import { createTokenCounter, estimateTokens } from '../language/token-count.ts'

/**
 * A message from the parent: once, how tokens are counted; then for each file its bytes, what it is and how to cut it
 * (if at all), and `next` for each slice of its documents.
 */
export type ToReader =
  { tokenizer: string } | { bytes: Uint8Array } | { info: FileInfo; limits: ReadLimits; growthMb: number; cut?: CutOptions } | 'next'
export type FromReader = 'ready' | { slice: DocumentSlice | null } | { reason: RejectionReason, message: string, cause?: string }

serve()

function serve (): void {
  const maxMb = new Int32Array(new SharedArrayBuffer(4))
  // Garbage collection and the parsers block this thread, so another one watches its memory.
  new Worker(new URL('./reader-watch.ts', import.meta.url), { workerData: maxMb, resourceLimits: { maxOldGenerationSizeMb: 32 } }).unref()
  const send = (message: FromReader) => process.send!(message)
  let received: Uint8Array[] = []
  let slices: AsyncGenerator<DocumentSlice> | undefined
  let count = estimateTokens

  process.on('message', async (message: ToReader) => {
    try {
      if (message === 'next') {
        const { value } = await slices!.next()
        send({ slice: value ?? null })
      } else if ('tokenizer' in message) {
        count = makeCounter(message.tokenizer)
      } else if ('bytes' in message) {
        received.push(message.bytes)
      } else {
        const bytes = received.length === 1 ? received[0]! : Buffer.concat(received)
        received = []
        Atomics.store(maxMb, 0, Math.ceil(process.memoryUsage.rss() / 1e6) + message.growthMb)
        const documents = readFile(bytes, message.info, message.limits)
        slices = message.cut ? splitIntoSlices(cut(documents, message.cut, count)) : splitIntoSlices(documents)
      }
    } catch (error) {
      const { reason, message, cause } = isRejection(error) ? error : rejected('broken', undefined, error)
      send({ reason, message, ...(cause instanceof Error ? { cause: cause.message } : {}) })
    }
  })
  process.on('disconnect', () => process.exit())
  send('ready')
}

/** Makes a token counter. A tokenizer that cannot be parsed must not stop files from being read: tokens are then estimated. */
function makeCounter (tokenizer: string): (text: string) => number {
  try {
    return createTokenCounter(JSON.parse(tokenizer)).count
  } catch {
    return estimateTokens
  }
}

async function * cut (
  documents: AsyncIterable<ReadDocument>,
  options: CutOptions,
  count: (text: string) => number
): AsyncGenerator<CutDocument> {
  for await (const document of documents) yield cutDocument(document, options, count)
}
