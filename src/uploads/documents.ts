// The documents of a file on their way into an index: their ids, and why one cannot be taken in.
import { createHash } from 'node:crypto'
import { CodedError } from '../errors.ts'
import type { CutDocument } from '../ingest/cut.ts'
import { isRejection } from '../ingest/formats/rejection.ts'
import type { IndexedDocument } from '../documents/document.ts'
import { mostRejections, type Task, type TaskFile, type TaskRejection } from './task.ts'

const mostIdChars = 512

/** In pieces. */
export function weigh ({ documents }: { documents: IndexedDocument[] }): number {
  return documents.reduce((sum, { chunks }) => sum + chunks!.length, 0)
}

/** Under the file's name, with what its sender says about it. */
export function asNamed (document: CutDocument, { name, title, url }: TaskFile): IndexedDocument {
  const { id, fields, text, chunks } = document
  const own = id === '' ? { title: title || document.title, url: url || document.url } : { title: document.title, url: document.url || url || '' }
  return {
    id: name === '' ? id : id === '' ? name : `${name}/${id}`,
    ...own, fields, text, chunks,
    hash: own.title === document.title && own.url === document.url ? document.hash : createHash('sha256').update(JSON.stringify([document.hash, own])).digest('base64url'),
  }
}

/** Why it cannot be taken in; null = it can. */
export function problemOf ({ id, numbered, rejected }: CutDocument, { name }: TaskFile): string | null {
  if (rejected !== undefined) return rejected
  if (name === '' && (numbered || id === '')) return 'it has no id of its own'
  return name.length + 1 + id.length <= mostIdChars ? null : 'its id is too long'
}

export function reject (task: Task, { name }: TaskFile, document: string, error: CodedError): void {
  const { code, message } = error
  noteRejection(task, { file: name, document, code, reason: 'reason' in error ? String(error.reason) : code, message })
}

export function noteRejection (task: Task, rejection: TaskRejection): void {
  task.rejected++
  // An id or a name can be as long as a file.
  const { file, document } = rejection
  if (task.rejections.length < mostRejections) task.rejections.push({ ...rejection, file: file.slice(0, mostIdChars).toWellFormed(), document: document.slice(0, mostIdChars).toWellFormed() })
}

/** Whether the fault is the file's, so that the others go on. */
export function isOfFile (error: unknown): error is CodedError {
  return isRejection(error) || (error instanceof CodedError && ['FILE_TOO_LARGE', 'FILE_REJECTED', 'FILE_UNKNOWN'].includes(error.code))
}
