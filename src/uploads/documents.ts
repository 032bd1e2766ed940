// Prepares the documents of a file for an index: gives them their ids, and checks which ones must be rejected.
import { createHash } from 'node:crypto'
import { CodedError } from '../errors.ts'
import type { CutDocument } from '../ingest/cut.ts'
import { isRejection } from '../ingest/formats/rejection.ts'
import type { IndexedDocument } from '../documents/document.ts'
import { maxRejections, maxWarnings, type Task, type TaskFile, type TaskRejection } from './task.ts'

const maxIdChars = 512

export function countChunks ({ documents }: { documents: IndexedDocument[] }): number {
  return documents.reduce((sum, { chunks }) => sum + chunks!.length, 0)
}

/** Prefixes a document's id with its file's name, and sets the title, address and access list that the sender gave. */
export function nameDocument (document: CutDocument, { name, title, url, access: given }: TaskFile): IndexedDocument {
  const { id, fields, text, chunks, values, access = given } = document
  const own = id === ''
    ? { title: title || document.title, url: url || document.url }
    : { title: document.title, url: document.url || url || '' }
  const isSame = own.title === document.title && own.url === document.url && access === document.access
  return {
    id: (name === '' ? id : id === '' ? name : `${name}/${id}`).normalize('NFC'),
    ...own, fields, text, chunks,
    ...(values ? { values } : {}),
    // An upload must not open a document by saying nothing.
    ...(access ? { access } : { keepsAccess: true }),
    hash: isSame ? document.hash : createHash('sha256').update(JSON.stringify([document.hash, own, access])).digest('base64url'),
  }
}

/** Returns why a document must be rejected; null when it is acceptable. */
export function findProblem ({ id, numbered, rejected }: CutDocument, { name }: TaskFile): string | null {
  if (rejected !== undefined) return rejected
  if (name === '' && (numbered || id === '')) return 'it has no id of its own'
  return name.length + 1 + id.length <= maxIdChars ? null : 'its id is too long'
}

export function noteRejectedError (task: Task, { name }: TaskFile, document: string, error: CodedError): void {
  const { code, message } = error
  noteRejection(task, { file: name, document, code, reason: 'reason' in error ? String(error.reason) : code, message })
}

export function noteRejection (task: Task, rejection: TaskRejection): void {
  task.rejected++
  if (task.rejections.length >= maxRejections) return
  // An id or a name may be as long as the whole file.
  const { file, document, code, reason, message } = rejection
  task.rejections.push({ code, file: shorten(file), document: shorten(document), reason: shorten(reason), message: shorten(message) })
}

function shorten (text: string): string {
  return text.slice(0, maxIdChars).toWellFormed()
}

/** Notes what could not be read of a document that was accepted. */
export function noteWarnings (task: Task, { name }: TaskFile, { id, warnings = [] }: CutDocument): void {
  for (const message of warnings.slice(0, maxWarnings - task.warnings.length)) {
    task.warnings.push({ file: shorten(name), document: shorten(id), message: shorten(message) })
  }
}

/** Tells if the file is at fault, so that the other files can continue. */
export function isFaultOfFile (error: unknown): error is CodedError {
  return isRejection(error) || (error instanceof CodedError && ['FILE_TOO_LARGE', 'FILE_REJECTED', 'FILE_UNKNOWN'].includes(error.code))
}
