// A task: what one upload asks for, how far it is, and what came of it.
import { randomBytes } from 'node:crypto'

export type TaskStatus = 'queued' | 'running' | 'done' | 'failed'

export interface TaskFile {
  /** As its sender calls it, with `/` between folders; '' = a list of documents, not a file. */
  name: string
  /** The media type that came with it. */
  type: string
  bytes: number
  /** Of its content, in hex. */
  sha256: string
  /** It was not sent: it is taken as it was read before. */
  known?: true
  /** Of its one document, in place of its own. */
  title?: string
  url?: string
  pinned?: boolean
}

export interface TaskRejection {
  file: string
  /** The document's id, or where it stands in the file; '' = the whole file. */
  document: string
  code: string
  reason: string
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
  /** How often it was begun: more than once when the service ended in between. */
  starts: number
  files: TaskFile[]
  written: number
  unchanged: number
  /** Documents of the files that they no longer hold. */
  removed: number
  evicted: number
  chunks: number
  tokens: number
  rejected: number
  /** The first of them. */
  rejections: TaskRejection[]
  error: { code: string, message: string } | null
}

/** Of the rejected items, this many are told one by one. */
export const mostRejections = 100

/** @param now ms since 1970; ids of later tasks sort behind */
export function newTask (company: string, index: string, now: number): Task {
  return {
    id: `${now.toString(36).padStart(9, '0')}-${randomBytes(8).toString('hex')}`,
    company, index, status: 'queued', createdAt: now, startedAt: 0, endedAt: 0, starts: 0, files: [], ...nothingDone(), error: null,
  }
}

/** The counts of a task that begins, or begins again. */
export function nothingDone () {
  return { written: 0, unchanged: 0, removed: 0, evicted: 0, chunks: 0, tokens: 0, rejected: 0, rejections: [] as TaskRejection[] }
}

export const taskIdPattern = '^[0-9a-z]{9}-[0-9a-f]{16}$'
