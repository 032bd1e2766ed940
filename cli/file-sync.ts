// Sends files to a running service, waits for the result of each, and removes them again.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { sleep } from '../src/async/signals.ts'
import { BodyError, ServiceError, type Service } from './service.ts'

export interface OutgoingFile {
  name: string
  /** The bytes, or the path of the file. */
  content: string | Uint8Array
  /** The media type, when a server declared one. */
  type?: string
  /** The public address of the file. */
  url?: string
}

export interface SentFile {
  file: OutgoingFile
  task: string
  sha256: string
  /** True when the service had read this content before, so it was not sent again. */
  known: boolean
}

/** Explains why a file or document was rejected. */
export interface Rejection { file: string, document?: string, code: string, reason?: string, message: string }

/** Says that a document was read only in part. */
export interface Warning { file: string, document: string, message: string }

export interface EndedTask {
  status: 'done' | 'failed'
  written: number
  unchanged: number
  removed: number
  evicted: number
  chunks: number
  tokens: number
  rejected: number
  rejections: Rejection[]
  warnings: Warning[]
}

export interface FileSyncOptions {
  service: Service
  company: string
  kind: string
  pinned?: boolean
  /** The groups and users that the documents are for. */
  access?: readonly string[]
  signal: AbortSignal
}

type Task = Omit<EndedTask, 'status' | 'rejections' | 'warnings'> & {
  id: string
  status: 'queued' | 'running' | EndedTask['status']
  rejections: { document: string, code: string, reason: string, message: string }[]
  /** A service of an earlier version has none. */
  warnings?: Omit<Warning, 'file'>[]
  error: { code: string, message: string } | null
}

const waitSeconds = 30
/** The pause between polls when a service answers at once although it was asked to wait. */
const pollMs = 500
/** The maximum number of tries for a file that is being written to. */
const tries = 3

export type FileSync = ReturnType<typeof createFileSync>

/** Throws ServiceError when the service fails, and BodyError when a file cannot be read: `rejectionOf` tells them apart. */
export function createFileSync ({ service, company, kind, pinned = false, access = [], signal }: FileSyncOptions) {
  const documents = `/v1/indexes/${kind}/documents`
  const query = { company_id: company }

  async function put (
    { name, url, type = 'application/octet-stream', content }: OutgoingFile,
    sha256: string,
    length: number,
    onBytes: (n: number) => void
  ): Promise<string> {
    const make = () => (typeof content === 'string' ? Readable.from(read(content, length, onBytes), { objectMode: false }) : content)
    const { task } = await service.ask<{ task: { id: string } }>('PUT', documents, {
      query: { ...query, name, sha256, url, pinned: pinned ? 'true' : undefined, access: access.length > 0 ? access.join(',') : undefined },
      ...(length === 0 ? {} : { body: { make, length, type } }),
    })
    return task.id
  }

  /**
   * Sends a file.
   * @param onBytes called with the number of bytes sent
   * @param resume ask first if the service has already read a file with this content
   * @param digest of the content, when it is known
   */
  async function send (
    file: OutgoingFile,
    { onBytes = () => {}, resume = true, digest }: { onBytes?: (n: number) => void; resume?: boolean; digest?: Digest } = {}
  ): Promise<SentFile> {
    for (let n = 1; ; n++) {
      const { sha256, length } = (n === 1 && digest) || (await digestOf(file.content, signal))
      if (length === 0) throw new ServiceError(422, 'FILE_REJECTED', 'The file is empty.')
      try {
        if (resume) {
          const task = await put(file, sha256, 0, onBytes).catch(error => {
            if (error instanceof ServiceError && error.code === 'FILE_UNKNOWN') return null
            throw error
          })
          if (task !== null) return { file, task, sha256, known: true }
        }
        return { file, task: await put(file, sha256, length, onBytes), sha256, known: false }
      } catch (error) {
        const { code } = error as { code?: string }
        if (n === tries || !['DIGEST_WRONG', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'].includes(code ?? '')) throw error
      }
    }
  }

  return {
    send,

    /** Waits until a file is ingested or rejected. Sends the file after all when the service has forgotten it in the meantime. */
    async waitForEnd (sent: SentFile): Promise<EndedTask> {
      for (let { task: id, known } = sent; ;) {
        const asked = performance.now()
        const task = await service.ask<Task>('GET', `/v1/tasks/${encodeURIComponent(id)}`, {
          query: { ...query, wait: String(waitSeconds) },
        })
        const { status, error } = task
        if (status === 'done' || status === 'failed') {
          const rejections = task.rejections.map(({ document, reason, code, message }): Rejection => ({
            file: sent.file.name, ...(document ? { document } : {}), code, ...(reason ? { reason } : {}), message,
          }))
          if (error && rejections.length === 0) rejections.push({ file: sent.file.name, ...error })
          if (!known || !rejections.some(({ code }) => code === 'FILE_UNKNOWN')) {
            const warnings = (task.warnings ?? []).map(({ document, message }) => ({ file: sent.file.name, document, message }))
            return { ...task, status, rejections, warnings }
          }
          ;({ task: id, known } = await send(sent.file, { resume: false }))
        } else if (performance.now() - asked < pollMs) await sleep(pollMs, signal)
      }
    },

    /** Removes a file from the service: its document, or the documents of its rows. @returns the number of documents removed */
    async remove (name: string): Promise<number> {
      const one = await service.ask('DELETE', `${documents}/${encodeURIComponent(name)}`, { query }).then(() => 1, error => {
        if (error instanceof ServiceError && error.code === 'DOCUMENT_NOT_FOUND') return 0
        throw error
      })
      const { removed } = await service.ask<{ removed: number }>('DELETE', documents, { query: { ...query, prefix: `${name}/` } })
      return one + removed
    },
  }
}

/** Returns true when the same content would be rejected again. */
export function isFinal ({ code }: Rejection): boolean {
  return /^(CANCELLED|ITEM_REJECTED|FILE_REJECTED|FILE_TOO_LARGE|BODY_TOO_LARGE|UNSUPPORTED_MEDIA_TYPE|INVALID_)/.test(code)
}

/** Turns an error that concerns only this file into a rejection; rethrows any other error. */
export function rejectionOf (file: string, error: unknown): Rejection {
  if (error instanceof ServiceError) {
    const { code, message } = error
    const own =
      [413, 414, 415, 422, 431, 500].includes(error.status) ||
      (error.status === 400 && /^(INVALID_|DIGEST_)/.test(code)) ||
      code === 'TASK_NOT_FOUND'
    if (own) return { file, code, message }
    throw error
  }
  if (error instanceof BodyError) return { file, code: error.code, message: error.message }
  if ((error as NodeJS.ErrnoException).code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH') {
    return { file, code: 'FILE_CHANGING', message: 'The file is being written to.' }
  }
  throw error
}

export interface Digest { sha256: string, length: number }

/** Computes the digest of bytes or of a file. Throws BodyError, or the signal's reason. */
export async function digestOf (content: string | Uint8Array, signal: AbortSignal): Promise<Digest> {
  const hash = createHash('sha256')
  if (typeof content !== 'string') return { sha256: hash.update(content).digest('hex'), length: content.length }
  let length = 0
  for await (const chunk of chunksOf(content, { highWaterMark: 262_144, signal })) {
    hash.update(chunk)
    length += chunk.length
  }
  return { sha256: hash.digest('hex'), length }
}

/** Reads the part of a file that was digested, and no more: the file may have grown since. */
async function * read (path: string, length: number, onBytes: (n: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunksOf(path, { end: length - 1 })) {
    yield chunk
    onBytes(chunk.length)
  }
}

async function * chunksOf (path: string, options: { end?: number, highWaterMark?: number, signal?: AbortSignal }): AsyncGenerator<Buffer> {
  try {
    yield * createReadStream(path, options) as AsyncIterable<Buffer>
  } catch (error) {
    options.signal?.throwIfAborted()
    throw new BodyError((error as NodeJS.ErrnoException).code ?? 'EIO', error)
  }
}
