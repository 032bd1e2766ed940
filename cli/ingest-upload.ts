// Sends the selected files, a few at a time, and waits until the service has ingested them.
import { counted, requireIndex, sizeText } from './action.ts'
import type { Selection } from './ingest-files.ts'
import type { IngestOptions } from './ingest-options.ts'
import { createProgress } from './progress.ts'
import { createFileSync, rejectionOf, type Rejection, type SentFile, type Warning } from './file-sync.ts'
import { openService, type Patience } from './service.ts'
import type { CommandIo } from './command-io.ts'

export interface IngestResult {
  files: number
  /** The number of these files that were sent or already known. */
  sent: number
  known: number
  documents: { written: number, unchanged: number, removed: number, evicted: number, chunks: number, tokens: number }
  rejected: number
  rejections: Rejection[]
  /** What was read only in part. */
  warnings: Warning[]
  leftOut: Selection['leftOut']
  seconds: number
  /** The error that ended the upload early; null = it ran to the end. */
  stopped: Error | null
}

/** A wait long enough to explain to the user, ms. */
const worthSaying = 1000

/** Returns the failures of single files; a general failure is returned as `stopped`, or thrown when nothing was done yet. */
export async function sendFiles ({ io, selection, options, patience, signal: interrupted }: {
  io: CommandIo
  selection: Selection
  options: IngestOptions
  patience: Patience
  signal: AbortSignal
}): Promise<IngestResult> {
  const { stderr, env } = io
  const { company, index: kind, url } = options
  const ending = new AbortController()
  const signal = AbortSignal.any([interrupted, ending.signal])
  const say = (text: string) => stderr.write(`${stderr.isTTY ? '\r\x1b[K' : ''}${text}\n`)
  const service = openService({
    url, env, scope: 'write', patience, signal,
    onWait: (reason, ms) => { if (ms >= worthSaying) say(`${reason} Retrying in ${Math.round(ms / 1000)} s.`) },
  })
  const fileSync = createFileSync({ service, company, kind, pinned: options.pin ?? false, access: options.access, signal })
  const { files, leftOut } = selection
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  const began = performance.now()
  const result: IngestResult = {
    files: files.length,
    sent: 0,
    known: 0,
    documents: { written: 0, unchanged: 0, removed: 0, evicted: 0, chunks: 0, tokens: 0 },
    rejected: 0,
    rejections: [],
    warnings: [],
    leftOut,
    seconds: 0,
    stopped: null,
  }
  const progress = createProgress({ output: stderr, label: `${company} ${kind}`, total: files.length, unit: 'files' })
  let done = 0
  let sentBytes = 0

  function show (): void {
    progress.update(
      done,
      `${sizeText(Math.min(sentBytes, bytes))} of ${sizeText(bytes)} sent${result.rejected > 0 ? `, ${result.rejected} rejected` : ''}`
    )
  }

  function reject (...rejections: Rejection[]): void {
    result.rejections.push(...rejections)
    result.rejected += rejections.length
  }

  async function waitForResult (sent: SentFile): Promise<void> {
    try {
      const ended = await fileSync.waitForEnd(sent)
      for (const key of Object.keys(result.documents) as (keyof typeof result.documents)[]) result.documents[key] += ended[key]
      reject(...ended.rejections)
      result.warnings.push(...ended.warnings)
      // The service lists only a limited number.
      result.rejected += Math.max(0, ended.rejected - ended.rejections.length)
    } catch (error) {
      reject(rejectionOf(sent.file.name, error))
    }
    done++
    show()
  }

  const waiting = files.values()
  /** Waits for the results one at a time, in the order of fileSync. */
  let allResults = Promise.resolve()
  async function work (): Promise<void> {
    for (const { path, name, size, unsupported } of waiting) {
      signal.throwIfAborted()
      let own = 0
      try {
        if (unsupported !== undefined) {
          reject({
            file: name,
            code: 'FILE_REJECTED',
            reason: 'unknown format',
            message: `The file was not sent. Unsupported type: ${unsupported}.`,
          })
          done++
        } else {
          const sent = await fileSync.send({ name, content: path }, { onBytes: n => { own += n; sentBytes += n; show() } })
          if (sent.known) result.known++
          else result.sent++
          allResults = allResults.then(() => waitForResult(sent))
          allResults.catch(error => ending.abort(error))
        }
      } catch (error) {
        reject(rejectionOf(name, error))
        done++
      }
      // Also when the file was already known, or was sent twice.
      sentBytes += size - own
      show()
    }
  }

  try {
    await requireIndex(service, company, kind)
    await Promise.all(Array.from({ length: options.concurrency }, () => work().catch(error => {
      ending.abort(error)
      throw error
    })))
    await allResults
  } catch (error) {
    if (done + result.sent + result.known === 0) throw error
    result.stopped = interrupted.aborted
      ? new Error(
          `Interrupted. ${counted(result.sent + result.known, 'file')} of ${files.length} have reached the service, ` +
          'which continues with them. Run the same command again to send the rest.'
      )
      : (error as Error)
  } finally {
    progress.end()
    // Leaves nothing running.
    ending.abort()
    await service.close()
  }
  return { ...result, seconds: Number(((performance.now() - began) / 1000).toFixed(2)) }
}
