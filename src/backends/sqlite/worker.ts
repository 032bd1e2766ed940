// The thread that owns every company's SQLite file: nothing here runs on the event loop of the service.
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { LRUCache } from 'lru-cache'
import * as conversations from './tasks/conversations.ts'
import { CodedError, coded } from '../../errors.ts'
import * as compaction from './tasks/compaction.ts'
import * as documents from './tasks/documents.ts'
import * as putting from './tasks/put.ts'
import * as room from './tasks/eviction.ts'
import * as keys from './tasks/keys.ts'
import * as profiles from './tasks/profiles.ts'
import * as searching from './tasks/search.ts'
import * as writing from './tasks/windows.ts'
import { mapped, type CompanyFile } from './file.ts'
import { openCompanyFile } from './open.ts'

const { dir, openFiles } = workerData as { dir: string, openFiles: number }

const files = new LRUCache<string, CompanyFile>({ max: openFiles, dispose: file => file.close() })

/** What the main thread may ask for: each gets the open file (null when the company has none) and one argument. */
const tasks = { ...profiles.tasks, ...searching.tasks, ...writing.tasks, ...documents.tasks, ...putting.tasks, ...room.tasks, ...compaction.tasks, ...conversations.tasks }
export type Tasks = typeof tasks & typeof keys.tasks

/** Tasks that make the company's file when there is none. */
const creating: ReadonlySet<string> = new Set<keyof Tasks>(['putProfile', 'putDocuments', 'beginDocument', 'appendTurns'])

export interface Job {
  task: keyof Tasks
  company: string
  argument: unknown
  /** Shared with the main thread; 1 = nobody waits for the outcome any more. */
  left?: Uint8Array
}
/** An error class does not survive the way between threads; its code and its texts do. */
export type Outcome = { value: unknown } | { code: CodedError['code'], detail?: string, cause?: string }

export default function run ({ task, company, argument, left }: Job): Outcome {
  if (left?.[0]) return { value: undefined }
  try {
    if (isKeyTask(task)) {
      const work = keys.tasks[task] as (db: DatabaseSync | null, argument: unknown) => unknown
      return { value: mapped(() => work(openKeys(task === 'createKey'), argument)) }
    }
    const file = mapped(() => open(company, creating.has(task)))
    const work = tasks[task] as (file: CompanyFile | null, argument: unknown) => unknown
    return { value: mapped(() => work(file, argument)) }
  } catch (error) {
    // A damaged file is not kept open: it may be replaced while the service runs.
    files.delete(company)
    if (error instanceof CodedError) return portable(error)
    throw error
  }
}

function isKeyTask (task: keyof Tasks): task is keyof typeof keys.tasks {
  return Object.hasOwn(keys.tasks, task)
}

/** The keys of all companies, in a file of their own beside the companies' folder; opened anew when it is another one. */
let keysFile: { db: DatabaseSync, inode: number } | null = null
function openKeys (create: boolean): DatabaseSync | null {
  const path = join(dir, '..', 'keys.sqlite')
  const inode = statSync(path, { throwIfNoEntry: false })?.ino
  if (keysFile && keysFile.inode !== inode) {
    keysFile.db.close()
    keysFile = null
  }
  if (keysFile) return keysFile.db
  const db = keys.openKeys(path, create)
  if (db) keysFile = { db, inode: statSync(path).ino }
  return db
}

function portable ({ code, message, cause }: CodedError): Outcome {
  const detail = message.slice(coded(code).message.length + 1)
  return { code, ...(detail ? { detail } : {}), ...(cause instanceof Error ? { cause: cause.message } : {}) }
}

function open (company: string, create: boolean): CompanyFile | null {
  const path = join(dir, `${company}.sqlite`)
  const found = files.get(company)
  if (found && !found.gone()) return found
  if (found) {
    files.delete(company)
    // SQLite leaves the log of a file that was taken away, and would play it into the one that came in its place.
    for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
  }
  const file = openCompanyFile(path, create)
  if (file) files.set(company, file)
  return file
}

process.once('exit', () => {
  files.clear()
  keysFile?.db.close()
})
