// The embedded store: one SQLite file per company, owned by one worker thread.
import { mkdirSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Piscina } from 'piscina'
import { unlessAborted } from '../../async/signals.ts'
import { coded } from '../../errors.ts'
import type { Job, Outcome, Tasks } from './worker.ts'

type Argument<T extends keyof Tasks> = Parameters<Tasks[T]>[1]
type Result<T extends keyof Tasks> = ReturnType<Tasks[T]>

export interface Store {
  /** Runs a task on a company's file, in the thread. Throws the task's coded errors; throws the signal's reason at once. */
  run<T extends keyof Tasks> (task: T, company: string, argument: Argument<T>, signal?: AbortSignal): Promise<Result<T>>
  /** Returns the ids of the companies that have a file. */
  companies (): Promise<string[]>
  /** Returns null, or the reason why the data directory cannot be read. */
  unavailable (): Promise<string | null>
  stats (): { waiting: number, completed: number, utilization: number }
  close (): Promise<void>
}

/**
 * @param dataDir its folder `companies/` contains the files
 * @param openFiles the most files that the thread keeps open
 * Throws STORE_UNREADABLE when the folder cannot be created.
 */
export function createStore ({ dataDir, openFiles = 100 }: { dataDir: string, openFiles?: number }): Store {
  const dir = join(dataDir, 'companies')
  try {
    mkdirSync(dir, { recursive: true })
  } catch (error) {
    throw coded('STORE_UNREADABLE', `Check DATA_DIR: ${(error as Error).message}`, error)
  }
  // One thread: SQLite answers in well under a millisecond, and a single writer never waits for a lock.
  const pool = new Piscina<Job, Outcome>({
    filename: new URL('./worker.ts', import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
    // Without this, a task that finds the thread busy would run after later ones.
    stricterFIFO: true,
    workerData: { dir, openFiles },
  })
  async function listCompanies (): Promise<string[]> {
    const names = await readdir(dir).catch(error => { throw coded('STORE_UNREADABLE', undefined, error) })
    return names.filter(name => name.endsWith('.sqlite')).map(name => name.slice(0, -'.sqlite'.length)).sort()
  }

  return {
    async run (task, company, argument, signal) {
      signal?.throwIfAborted()
      // To stop a task that runs, Piscina would end the thread and close every file. So a running task ends by itself;
      // one that has not started is skipped.
      const abandoned = signal && new Uint8Array(new SharedArrayBuffer(1))
      const outcome = pool.run({ task, company, argument, ...(abandoned ? { abandoned } : {}) })
      return valueOf(abandoned ? await unlessAborted(outcome, signal, () => { abandoned[0] = 1 }) : await outcome) as Result<typeof task>
    },
    companies: listCompanies,
    unavailable: () => listCompanies().then(() => null, error => (error as Error).message),
    stats: () => ({ waiting: pool.queueSize, completed: pool.completed, utilization: pool.utilization }),
    close: () => pool.close(),
  }
}

/** Returns a task's value, or throws its error. */
function valueOf (outcome: Outcome): unknown {
  if ('code' in outcome) throw coded(outcome.code, outcome.detail, outcome.cause === undefined ? undefined : new Error(outcome.cause))
  return outcome.value
}
