// Defines a task, which is one upload: its files, its progress and its result.
import { randomBytes } from 'node:crypto'

export type TaskStatus = 'queued' | 'running' | 'done' | 'failed'

export interface TaskFile {
  /** The sender's name for it, with `/` between folders; '' for a list of documents that is not a file. */
  name: string
  /** The media type that came with it. */
  type: string
  bytes: number
  /** Of its content, in hex. */
  sha256: string
  /** True when the file was not sent, because its content is in the parse cache. */
  known?: true
  /** The title of its one document, in place of the document's own. */
  title?: string
  url?: string
  pinned?: boolean
  /** The access list of its documents that have none of their own. */
  access?: string[]
}

export interface TaskRejection {
  file: string
  /** The document's id, or its number in the file; '' for the whole file. */
  document: string
  code: string
  reason: string
  message: string
}

/** Says that a document was read only in part. */
export interface TaskWarning {
  file: string
  /** The document's id, or its number in the file; '' when the file is one document. */
  document: string
  message: string
}

/** Times in ms since 1970, 0 = not yet. */
export interface Task {
  id: string
  company: string
  index: string
  status: TaskStatus
  createdAt: number
  startedAt: number
  endedAt: number
  /** How often it was started; more than once if the service ended in between. */
  starts: number
  files: TaskFile[]
  written: number
  unchanged: number
  /** The number of documents that earlier versions of the files contained and the new ones do not. */
  removed: number
  evicted: number
  chunks: number
  tokens: number
  rejected: number
  /** The first rejected items. */
  rejections: TaskRejection[]
  /** The first warnings. */
  warnings: TaskWarning[]
  error: { code: string, message: string } | null
}

/** The most rejected items that are listed one by one. */
export const maxRejections = 100
export const maxWarnings = 100

/**
 * Creates a task; the ids of later tasks sort after its own.
 * @param now ms since 1970
 */
export function newTask (company: string, index: string, now: number): Task {
  return {
    id: `${now.toString(36).padStart(9, '0')}-${randomBytes(8).toString('hex')}`,
    company, index, status: 'queued', createdAt: now, startedAt: 0, endedAt: 0, starts: 0, files: [], ...emptyCounts(), error: null,
  }
}

/** Returns the counts of a task that starts, or starts again. */
export function emptyCounts () {
  return {
    written: 0, unchanged: 0, removed: 0, evicted: 0, chunks: 0, tokens: 0, rejected: 0,
    rejections: [] as TaskRejection[], warnings: [] as TaskWarning[],
  }
}

export const taskIdPattern = '^[0-9a-z]{9}-[0-9a-f]{16}$'
