// Accepts companies' uploads, puts their documents into the indexes, and reports the tasks.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { asStoreError } from '../disk-errors.ts'
import { coded } from '../errors.ts'
import type { News } from '../instances/news.ts'
import type { Notes } from '../instances/notes.ts'
import type { CompanyProfile } from '../types.ts'
import { createParseCache, parseKey } from './parse-cache.ts'
import { createRunner, type RunnerOptions } from './runner.ts'
import { createNoSharedTasks, createSharedTasks } from './shared-tasks.ts'
import { createSpool, type IncomingUpload } from './spool.ts'
import { createTaskWriter, type TaskWriterOptions } from './task-writer.ts'
import { newTask, type Task, type TaskFile } from './task.ts'

export interface Uploads {
  /**
   * Accepts an upload: `receive` fills it, then it is queued. An upload that fails on the way leaves nothing behind.
   * Throws QUEUE_FULL, a STORE_* error, or the error of `receive`.
   */
  accept (company: string, index: string, receive: (incoming: IncomingUpload) => Promise<TaskFile[]>): Promise<Task>
  /** Tells if a file with this content and name was read recently. */
  knows (company: CompanyProfile, index: string, file: Pick<TaskFile, 'sha256' | 'name' | 'type'>): boolean
  /** Returns a task of any instance, running or ended; throws TASK_NOT_FOUND. */
  get (company: string, id: string): Promise<Task>
  /**
   * Yields the tasks of a company, unfinished ones first, of each kind the newest first. Each is read when it is asked for.
   * @param after the id of the last task of the previous page; '' = from the start
   */
  list (company: string, after?: string): AsyncGenerator<Task>
  /** Returns what could not be read of a document, as long as the task of its upload can be looked up. */
  warnings (company: string, index: string, document: string): Promise<string[]>
  /** Settles when the task has ended. */
  whenEnded (company: string, id: string): Promise<void>
  /** Ends a task early, on whichever instance it is. One that has ended stays as it is. Throws TASK_NOT_FOUND. */
  cancel (company: string, id: string): Promise<void>
  /** Ends and removes all uploads and tasks of a company, which is being deleted. Returns the number of tasks. */
  erase (company: string): Promise<number>
  /** Finds the tasks that were unfinished when the service ended. Call it once, before the first upload. */
  recover (): Promise<void>
  /** Starts to run tasks: those found, and those that have been accepted since. */
  start (): void
  stats (): object
  close (): Promise<void>
}

export interface UploadsOptions
  extends Omit<RunnerOptions, 'spool' | 'writer' | 'onChanged'>, Omit<TaskWriterOptions, 'spool' | 'parseCache'> {
  dir: string
  maxFileBytes: number
  spoolMaxBytes: number
  /** How long one upload may take to arrive, ms. */
  arrivalMs: number
  /** How long an ended task can be looked up. */
  keepTasksMs: number
  /** How long the content of files stays cached; 0 = for ever. */
  parseCacheMaxAgeMs: number
  parseCacheMaxBytes: number
  onTrouble (error: unknown, what: string): void
  /** Where instances show each other their tasks; absent = this one is alone. */
  shared?: { notes: Notes, news: News } | undefined
}

const sweepMs = 3_600_000
/** How often the tasks of other processes are looked for that have ended without finishing them. */
const takeOverMs = 15_000
/** How often other instances are shown how far the running tasks are. */
const showMs = 2000
/** The newest tasks in which the upload of a document is looked for. */
const maxTasksRead = 100

export function createUploads ({
  dir, maxFileBytes, spoolMaxBytes, arrivalMs, keepTasksMs, parseCacheMaxAgeMs, parseCacheMaxBytes, onTrouble, shared, now = Date.now,
  ...options
}: UploadsOptions): Uploads {
  const spool = createSpool({ dir, maxBytes: spoolMaxBytes, maxFileBytes, arrivalMs })
  const parseCache = createParseCache({
    dir: join(dir, 'processed'), maxBytes: parseCacheMaxBytes, maxAgeMs: parseCacheMaxAgeMs,
    onProblem: error => onTrouble(error, 'what was read from a file is not cached'),
  })
  const writer = createTaskWriter({ ...options, spool, parseCache })
  const sharedTasks = shared
    ? createSharedTasks({
      ...shared, unfinished: () => runner.unfinished(), onCancel: (company, id) => { runner.cancel(company, id) },
    })
    : createNoSharedTasks()
  const runner = createRunner({ ...options, spool, writer, now, onChanged: sharedTasks.show })
  const sweep = () => {
    parseCache.removeExpired()
    spool.removeEnded(now() - keepTasksMs).catch(error => onTrouble(error, 'old tasks are not removed'))
  }
  /** When the uploads of companies were erased: one that was arriving then is refused. */
  const erased = new Map<string, number>()
  /** How many uploads of each company are on their way. */
  const arriving = new Map<string, number>()
  const left = (company: string) => {
    const rest = arriving.get(company)! - 1
    if (rest === 0) arriving.delete(company)
    else arriving.set(company, rest)
  }
  const sweeping = setInterval(sweep, sweepMs).unref()
  const showing = setInterval(() => { for (const task of runner.running()) sharedTasks.show(task) }, showMs).unref()
  let takingOver: Promise<void> | undefined
  /** Takes up what other processes have left. A folder that cannot be written stops nothing else, and is tried again. */
  const takeOver = () => {
    takingOver ??= (async () => {
      for (const task of await spool.recover()) runner.add(task)
      hasTrouble = false
    })().catch(error => {
      if (!hasTrouble) onTrouble(error, 'unfinished uploads are not taken up')
      hasTrouble = true
    }).finally(() => { takingOver = undefined })
    return takingOver
  }
  let hasTrouble = false
  let takingOverTimer: NodeJS.Timeout | undefined

  const find = async (company: string, id: string): Promise<Task | null> =>
    runner.get(company, id) ?? await spool.ended(company, id) ?? await sharedTasks.get(company, id)

  async function * list (company: string, after = ''): AsyncGenerator<Task> {
    // First those that have ended: one that ends in the meantime is in both lists, not in none.
    const ended = new Set(await spool.endedIds(company))
    const elsewhere = await sharedTasks.list(company)
    for (const { id, isFinal } of elsewhere) if (isFinal) ended.add(id)
    const running = new Set(runner.list(company).map(({ id }) => id))
    for (const { id, isFinal } of elsewhere) if (!isFinal && !ended.has(id)) running.add(id)
    const unfinished = newestFirst(running)
    const at = unfinished.indexOf(after)
    const isPastThem = after !== '' && at < 0
    // An unfinished task may have ended since the previous page.
    const rest = newestFirst(ended).filter(id => !running.has(id) && !(isPastThem && id >= after))
    for (const id of [...isPastThem ? [] : unfinished.slice(at + 1), ...rest]) {
      const task = await find(company, id)
      if (task) yield task
    }
  }

  return {
    async accept (company, index, receive) {
      const others = arriving.get(company) ?? 0
      if (!runner.mayQueue(company, others)) throw coded('QUEUE_FULL')
      const task = newTask(company, index, now())
      const begunAt = performance.now()
      const checkCompany = () => { if ((erased.get(company) ?? -1) > begunAt) throw coded('UNKNOWN_COMPANY') }
      arriving.set(company, others + 1)
      const incoming = await spool.startUpload(task).catch(error => {
        left(company)
        checkCompany()
        throw error
      })
      try {
        task.files = (await receive(incoming)).map(file => ({ ...file, name: file.name.normalize('NFC') }))
        await incoming.accept(task)
        checkCompany()
        runner.add(task)
      } catch (error) {
        incoming.withdraw()
        // Its folder may have been taken away.
        checkCompany()
        throw error
      } finally {
        left(company)
        await incoming.cleanUp()
      }
      return task
    },
    knows (company, index, file) {
      const named = { ...file, name: file.name.normalize('NFC') }
      const key = parseKey(named, company.indexes[index]!, { ...options.cut, counting: options.counting(), language: company.language })
      return parseCache.has(company.id, key)
    },
    async get (company, id) {
      const task = await find(company, id)
      if (!task) throw coded('TASK_NOT_FOUND')
      return task
    },
    list,
    async warnings (company, index, document) {
      let left = maxTasksRead
      for await (const task of list(company)) {
        if (left-- === 0) break
        if (task.index !== index || task.status === 'failed') continue
        const file = task.files.find(({ name }) => name === document || document.startsWith(`${name}/`))
        if (!file) continue
        const id = document.slice(file.name.length + 1)
        return (task.warnings ?? []).filter(warning => warning.file === file.name && warning.document === id).map(({ message }) => message)
      }
      return []
    },
    async whenEnded (company, id) {
      if (runner.get(company, id)) await runner.whenEnded(company, id)
      else if (!await spool.ended(company, id)) await sharedTasks.whenEnded(company, id)
    },
    async cancel (company, id) {
      if (runner.cancel(company, id) || await sharedTasks.cancel(company, id)) return
      if (!await find(company, id)) throw coded('TASK_NOT_FOUND')
    },
    async erase (company) {
      erased.set(company, performance.now())
      await runner.cancelAll(company)
      await parseCache.removeAll(company)
      return Math.max(await removeFolders(dir, company), await sharedTasks.erase(company))
    },
    async recover () {
      await parseCache.recover()
      await takeOver()
      takingOverTimer = setInterval(takeOver, takeOverMs).unref()
      sweep()
    },
    start: runner.start,
    stats: () => ({ tasks: runner.stats(), spool: spool.stats(), processed: parseCache.stats() }),
    async close () {
      clearInterval(sweeping)
      clearInterval(takingOverTimer)
      clearInterval(showing)
      await takingOver
      await runner.close()
      sharedTasks.close()
      await parseCache.settled()
      await spool.close()
    },
  }
}

const newestFirst = (ids: Iterable<string>) => [...ids].sort().reverse()

/** An upload that is on its way may write into its folder while that is removed. */
const patience = { maxRetries: 10, retryDelay: 20 }

/** Removes the uploads and tasks of a company, which have ended. Returns the number of tasks. */
async function removeFolders (dir: string, company: string): Promise<number> {
  try {
    const names = await readdir(join(dir, 'tasks', company)).catch(() => [])
    for (const folder of ['tasks', 'spool']) await rm(join(dir, folder, company), { recursive: true, force: true, ...patience })
    return names.length
  } catch (error) {
    throw asStoreError(error)
  }
}
