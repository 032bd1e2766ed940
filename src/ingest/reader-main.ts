// The main module of the reader process: reads one file at a time for its parent.
import './confine.ts'
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
 * A message from the parent: once, how tokens are counted; then for each file its bytes, the last of them with what the file is
 * and how to cut it (if at all), which asks for the first slice of its documents; and `next` for each further slice.
 */
export type ToReader =
  { tokenizer: string } | { bytes: Uint8Array; info?: undefined } |
  { bytes: Uint8Array; info: FileInfo; limits: ReadLimits; cut?: CutOptions } | 'next'
/** `slice` is null after the last one, unless that one says so itself. */
export type FromReader = 'ready' | { slice: DocumentSlice | null } | { reason: RejectionReason, message: string, cause?: string }

serve()

function serve (): void {
  const send = (message: FromReader) => process.send!(message)
  let received: Uint8Array[] = []
  let slices: AsyncGenerator<DocumentSlice> | undefined
  let count = estimateTokens

  async function sendNext (): Promise<void> {
    const { value } = await slices!.next()
    send({ slice: value ?? null })
  }

  process.on('message', async (message: ToReader) => {
    try {
      if (message === 'next') return await sendNext()
      if ('tokenizer' in message) {
        count = makeCounter(message.tokenizer)
        return
      }
      received.push(message.bytes)
      if (!message.info) return
      const bytes = received.length === 1 ? received[0]! : Buffer.concat(received)
      received = []
      const documents = readFile(bytes, message.info, message.limits)
      slices = message.cut ? splitIntoSlices(cut(documents, message.cut, count)) : splitIntoSlices(documents)
      await sendNext()
    } catch (error) {
      const { reason, message, cause } = isRejection(error) ? error : rejected('broken', undefined, error)
      send({ reason, message, ...(cause instanceof Error ? { cause: cause.message } : {}) })
    }
  })
  process.on('disconnect', () => process.exit())
  // pdf.js leaves promises behind that nobody waits for, and reads a damaged file all the same. What is read is awaited above.
  process.on('unhandledRejection', () => {})
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
