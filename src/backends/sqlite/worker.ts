// The thread that owns every company's SQLite file: nothing here runs on the event loop of the service.
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { LRUCache } from 'lru-cache'
import { isLocked } from '../../disk-errors.ts'
import { CodedError, coded } from '../../errors.ts'
import { mapped, type CompanyFile } from './file.ts'
import { openCompanyFile } from './open.ts'
import { openServiceFile, type ServiceFileFormat } from './service-file.ts'
import * as bitIndexes from './tasks/bit-indexes.ts'
import * as compaction from './tasks/compaction.ts'
import * as conversations from './tasks/conversations.ts'
import * as curated from './tasks/curated.ts'
import * as documents from './tasks/documents.ts'
import * as evaluations from './tasks/evaluations.ts'
import * as eviction from './tasks/eviction.ts'
import * as facts from './tasks/facts.ts'
import * as feedback from './tasks/feedback.ts'
import * as gaps from './tasks/gaps.ts'
import * as keys from './tasks/keys.ts'
import * as learning from './tasks/learning.ts'
import * as meta from './tasks/meta.ts'
import * as put from './tasks/put.ts'
import { countRows, forgetRemoval, isRemoved, removeFiles, type RemovedRows } from './tasks/removal.ts'
import * as records from './tasks/records.ts'
import * as search from './tasks/search.ts'
import * as selection from './tasks/selection.ts'
import * as sources from './tasks/sources.ts'
import * as vectorSets from './tasks/vector-sets.ts'
import * as vectorTypes from './tasks/vector-types.ts'
import * as vectors from './tasks/vectors.ts'
import { createVectorMemory } from './vector-memory.ts'

const { dir, openFiles, vectorMemoryBytes } = workerData as { dir: string, openFiles: number, vectorMemoryBytes: number }

const vectorMemory = createVectorMemory(vectorMemoryBytes)

const files = new LRUCache<string, CompanyFile>({ max: openFiles, dispose: file => file.close() })

/** The tasks that the main thread may run. Each gets the open file (null when the company has none) and one argument. */
const tasks = {
  ...meta.tasks, ...search.tasks, ...vectors.tasks, ...vectorSets.tasks, ...vectorTypes.tasks, ...bitIndexes.tasks,
  ...documents.tasks, ...put.tasks, ...eviction.tasks, ...compaction.tasks, ...conversations.tasks,
  ...facts.tasks, ...feedback.tasks, ...gaps.tasks, ...curated.tasks, ...selection.tasks, ...sources.tasks, ...evaluations.tasks,
  ...learning.tasks,
}
/** The tasks about the files themselves: they are given no open one. */
const fileTasks = {
  /** Removes the company's file. Returns what was in it; null when there was none, or when it is damaged. */
  removeCompany (company: string, _: null): RemovedRows | null {
    const rows = countOf(company)
    files.delete(company)
    removeFiles(join(dir, company))
    return rows
  },
  /** Tells whether a company was removed, and not created again since. */
  isRemoved: (company: string, _: null): boolean => isRemoved(join(dir, company), true),
  /** Lets a company that was removed be created again. */
  forgetRemoval (company: string, _: null): void {
    forgetRemoval(join(dir, company))
  },
}
type FileTasks = { [Task in keyof typeof fileTasks]: (file: null, argument: null) => ReturnType<typeof fileTasks[Task]> }
export type Tasks = typeof tasks & typeof keys.tasks & typeof records.tasks & FileTasks

/** Tasks that create the company's file when it has none. */
const creatingTasks: ReadonlySet<string> = new Set<keyof Tasks>([
  'putProfile', 'putDocuments', 'beginDocument', 'appendTurns', 'putFeedback', 'addMissed', 'keyOfPeople', 'putCurated', 'addEvaluation',
  'putSource',
])

export interface Job {
  task: keyof Tasks
  company: string
  argument: unknown
}
/** An error loses its class between threads, but keeps its code and its texts. */
export type Outcome = { value: unknown } | {
  code: CodedError['code']
  detail?: string
  cause?: string
  /** Another process has locked the file: the task did nothing, and can be tried again. */
  busy?: true
  /** The file for all companies that the task is about. */
  file?: string
} | {
  /** An error without a code, which is a bug. */
  thrown: unknown
}

export default function runBatch (jobs: Job[]): Outcome[] {
  return jobs.map(run)
}

function run ({ task, company, argument }: Job): Outcome {
  try {
    const service = serviceTasks.get(task)
    if (service) return { value: mapped(() => service(argument)) }
    if (isFileTask(task)) return { value: mapped(() => fileTasks[task](company, null)) }
    if (task === 'putProfile') mapped(() => forgetRemoval(join(dir, company)))
    const file = mapped(() => open(company, creatingTasks.has(task)))
    // The turn of an answer that ended after its company was removed.
    if (!file && task === 'appendTurns') return { value: undefined }
    if (!file && creatingTasks.has(task)) throw coded('UNKNOWN_COMPANY')
    const work = tasks[task as keyof typeof tasks] as (file: CompanyFile | null, argument: unknown) => unknown
    return { value: mapped(() => work(file, argument)) }
  } catch (error) {
    // A damaged file must not stay open: it may be replaced while the service runs.
    if (!isBusy(error)) files.delete(company)
    const file = serviceFiles.get(task)
    return error instanceof CodedError ? { ...portable(error), ...(file === undefined ? {} : { file }) } : { thrown: error }
  }
}

/** Counts what is in a company's file; null when it cannot be read: it can be removed all the same. */
function countOf (company: string): RemovedRows | null {
  try {
    const file = open(company, false)
    return file && countRows(file)
  } catch (error) {
    if (isLocked(error) || isBusy(error)) throw error
    return null
  }
}

function isFileTask (task: keyof Tasks): task is keyof typeof fileTasks {
  return Object.hasOwn(fileTasks, task)
}

/** Makes a function that opens a file which is for all companies, beside their folder; opens it again when it was replaced. */
function createOpener (name: string, format: ServiceFileFormat) {
  const path = join(dir, '..', name)
  let file: { db: DatabaseSync, inode: number } | null = null
  process.once('exit', () => file?.db.close())
  return (create: boolean): DatabaseSync | null => {
    const inode = statSync(path, { throwIfNoEntry: false })?.ino
    if (file && file.inode !== inode) {
      file.db.close()
      file = null
    }
    if (file) return file.db
    const db = openServiceFile(path, format, create)
    if (db) file = { db, inode: statSync(path).ino }
    return db
  }
}

/** The tasks about the files that are for all companies, by name. */
const serviceTasks = new Map<string, (argument: unknown) => unknown>()
/** The files that these tasks are about. */
const serviceFiles = new Map<string, string>()
for (const [name, { format, tasks, creatingTasks }] of Object.entries({ 'keys.sqlite': keys, 'records.sqlite': records })) {
  const open = createOpener(name, format)
  for (const [task, work] of Object.entries(tasks as Record<string, (db: DatabaseSync | null, argument: never) => unknown>)) {
    serviceTasks.set(task, argument => work(open(creatingTasks.has(task)), argument as never))
    serviceFiles.set(task, name)
  }
}

function isBusy (error: unknown): boolean {
  return error instanceof CodedError && error.code === 'SEARCH_UNAVAILABLE' && isLocked(error.cause)
}

function portable (error: CodedError): Outcome {
  const { code, message, cause } = error
  const detail = message.slice(coded(code).message.length + 1)
  return {
    code,
    ...(detail ? { detail } : {}),
    ...(cause instanceof Error ? { cause: cause.message } : {}),
    ...(isBusy(error) ? { busy: true } : {}),
  }
}

function open (company: string, create: boolean): CompanyFile | null {
  const path = join(dir, `${company}.sqlite`)
  const found = files.get(company)
  if (found && !found.gone()) return found
  if (found) {
    files.delete(company)
    // SQLite leaves the log of a deleted file, and would apply it to the file that replaces it.
    for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
  }
  const file = openCompanyFile(path, create && !isRemoved(join(dir, company), false), vectorMemory)
  if (file) files.set(company, file)
  return file
}

process.once('exit', () => {
  files.clear()
})
