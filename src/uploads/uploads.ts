// What companies send: taken in, worked off, looked up.
import { join } from 'node:path'
import { coded } from '../errors.ts'
import type { CompanyProfile } from '../types.ts'
import { createProcessed, processedKey } from './parse-cache.ts'
import { createRunner, type RunnerOptions } from './runner.ts'
import { createSpool, type Arrival } from './spool.ts'
import { newTask, type Task, type TaskFile } from './task.ts'

export interface Uploads {
  /**
   * Takes an upload in: `receive` fills it, then it is queued. Nothing is left of one that fails on the way.
   * Throws QUEUE_FULL, a STORE_* error, and what `receive` throws.
   */
  take (company: string, index: string, receive: (arrival: Arrival) => Promise<TaskFile[]>): Promise<Task>
  /** Whether a file with this content was read of late, under the same name. */
  knows (company: CompanyProfile, index: string, file: Pick<TaskFile, 'sha256' | 'name' | 'type'>): boolean
  /** A task, running or ended; throws TASK_NOT_FOUND. */
  get (company: string, id: string): Promise<Task>
  /** The newest tasks of a company, first those that have not ended. */
  list (company: string, limit: number): Promise<Task[]>
  /** Settles when the task has ended. */
  whenEnded (company: string, id: string): Promise<void>
  /** Ends a task before its time; throws TASK_NOT_FOUND when none is under way by that id. */
  cancel (company: string, id: string): void
  /** Looks what was not done when the service ended last. To be called once, before anything is taken. */
  recover (): Promise<void>
  /** Goes on with it, and with what has come since; nothing runs before. */
  start (): void
  stats (): object
  close (): Promise<void>
}

export interface UploadsOptions extends Omit<RunnerOptions, 'spool' | 'processed'> {
  dir: string
  maxFileBytes: number
  spoolMaxBytes: number
  /** How long an ended task can be looked up, and what was read from files is kept (0 = for ever). */
  keepTasksMs: number
  keepProcessedMs: number
  processedMaxBytes: number
  onTrouble (error: unknown, what: string): void
}

const sweepMs = 3_600_000

export function createUploads ({ dir, maxFileBytes, spoolMaxBytes, keepTasksMs, keepProcessedMs, processedMaxBytes, onTrouble, now = Date.now, ...options }: UploadsOptions): Uploads {
  const spool = createSpool({ dir, maxBytes: spoolMaxBytes, maxFileBytes })
  const processed = createProcessed({ dir: join(dir, 'processed'), maxBytes: processedMaxBytes, keepMs: keepProcessedMs, onProblem: error => onTrouble(error, 'what was read from a file is not kept') })
  const runner = createRunner({ ...options, spool, processed, now })
  const sweep = () => {
    processed.forget()
    spool.forget(now() - keepTasksMs).catch(error => onTrouble(error, 'old tasks are not removed'))
  }
  const sweeping = setInterval(sweep, sweepMs).unref()

  return {
    async take (company, index, receive) {
      if (!runner.hasRoom(company)) throw coded('QUEUE_FULL')
      const task = newTask(company, index, now())
      const arrival = await spool.arrive(task)
      try {
        task.files = await receive(arrival)
        await arrival.accept(task)
      } finally {
        await arrival.leave()
      }
      runner.add(task)
      return task
    },
    knows: (company, index, file) => processed.has(company.id, processedKey(file, company.indexes[index]!, { ...options.cut, counting: options.counting() })),
    async get (company, id) {
      const task = runner.get(company, id) ?? await spool.ended(company, id)
      if (!task) throw coded('TASK_NOT_FOUND')
      return task
    },
    async list (company, limit) {
      const running = runner.list(company).reverse().slice(0, limit)
      const ids = (await spool.endedIds(company)).filter(id => !running.some(task => task.id === id)).slice(0, limit - running.length)
      const ended = await Promise.all(ids.map(id => spool.ended(company, id)))
      return [...running, ...ended.filter(task => task !== null)]
    },
    whenEnded: runner.whenEnded,
    cancel (company, id) {
      if (!runner.cancel(company, id)) throw coded('TASK_NOT_FOUND')
    },
    async recover () {
      await processed.recover()
      for (const task of await spool.recover()) runner.add(task)
      sweep()
    },
    start: runner.start,
    stats: () => ({ tasks: runner.stats(), spool: spool.stats(), processed: processed.stats() }),
    async close () {
      clearInterval(sweeping)
      await runner.close()
      await processed.settled()
    },
  }
}
