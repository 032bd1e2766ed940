// The embedded store: one SQLite file per company, owned by one worker thread.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Piscina } from 'piscina'
import { backoffMs } from '../../async/retry.ts'
import { sleep } from '../../async/signals.ts'
import { coded } from '../../errors.ts'
import { makeFolder } from '../../make-folder.ts'
import { createBatches } from './batches.ts'
import type { Job, Outcome, Tasks } from './worker.ts'

type Argument<T extends keyof Tasks> = Parameters<Tasks[T]>[1]
type Result<T extends keyof Tasks> = ReturnType<Tasks[T]>

export interface Store {
  /**
   * Runs a task on a company's file, in the thread; companies take turns. While another process has locked the file, the
   * task is tried again for `patienceMs` (5,000), and the thread serves others in between. Throws the task's coded errors;
   * throws the signal's reason at once.
   */
  run<T extends keyof Tasks> (
    task: T, company: string, argument: Argument<T>, signal?: AbortSignal, patienceMs?: number
  ): Promise<Result<T>>
  /** Returns the companies whose file another process has locked for more than a moment; '' for the file of the keys. */
  locked (): { company: string, seconds: number }[]
  /** Returns the companies, and the files for all of them, that a task has found damaged or unreadable lately. */
  damaged (): string[]
  /** Returns the ids of the companies that have a file. */
  companies (): Promise<string[]>
  /** Returns null, or the reason why the data directory cannot be read. Waits for the thread: a thread that hangs never answers. */
  unavailable (): Promise<string | null>
  stats (): { waiting: number, completed: number, utilization: number }
  close (): Promise<void>
}

/** How long a task waits for a locked file, ms. */
const longestPatienceMs = 5000
/** SQLite's own wait would hold the thread, and with it every other company. */
const lockBackoff = { firstMs: 5, longestMs: 250 }
/** A lock that no task has met for so long is over, ms; each one that lasts is met again by the writes that wait. */
const lockMs = 5000
/** A file that cannot be used is told for so long after a task has met it, ms: it may have been replaced meanwhile. */
const damageMs = 600_000
/** Shorter locks are a part of normal life, ms. */
const momentMs = 1000

const unusable: ReadonlySet<string> = new Set(['STORE_CORRUPT', 'STORE_UNREADABLE'])

/** Remembers which files tasks have found locked. */
function createLockRecord () {
  const met = new Map<string, { since: number, last: number }>()
  return {
    note (company: string): void {
      const now = performance.now()
      const before = met.get(company)
      met.set(company, { since: before && now - before.last < lockMs ? before.since : now, last: now })
    },
    list () {
      const now = performance.now()
      for (const [company, { last }] of met) if (now - last >= lockMs) met.delete(company)
      return [...met].filter(([, { since, last }]) => last - since >= momentMs)
        .map(([company, { since }]) => ({ company, seconds: Math.round((now - since) / 1000) }))
    },
  }
}

/** Remembers which files tasks have found damaged or unreadable. */
function createDamageRecord () {
  const met = new Map<string, number>()
  return {
    note (task: Job['task'], company: string, outcome: Outcome): void {
      if ('code' in outcome && unusable.has(outcome.code)) met.set(outcome.file ?? company, performance.now())
      else if (task === 'removeCompany' && 'value' in outcome) met.delete(company)
    },
    list (): string[] {
      for (const [company, at] of met) if (performance.now() - at >= damageMs) met.delete(company)
      return [...met.keys()].sort()
    },
  }
}

/**
 * @param dataDir its folder `companies/` contains the files
 * @param openFiles the most files that the thread keeps open
 * @param vectorMemoryBytes the most memory for vectors of companies that were asked before
 * Throws STORE_UNREADABLE when the folder cannot be created.
 */
export function createStore ({ dataDir, openFiles = 100, vectorMemoryBytes = 67_108_864 }: {
  dataDir: string, openFiles?: number, vectorMemoryBytes?: number
}): Store {
  const dir = join(dataDir, 'companies')
  try {
    makeFolder(dir, 0o700)
  } catch (error) {
    throw coded('STORE_UNREADABLE', `Check DATA_DIR: ${(error as Error).message}`, error)
  }
  // One thread: SQLite answers in well under a millisecond, and a single writer never waits for a lock.
  const pool = new Piscina<Job[], Outcome[]>({
    filename: new URL('./worker.ts', import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
    // Without this, a task that finds the thread busy would run after later ones.
    stricterFIFO: true,
    // Most of what it makes is SQLite's own memory.
    resourceLimits: { maxYoungGenerationSizeMb: 6 },
    workerData: { dir, openFiles, vectorMemoryBytes },
  })
  const batches = createBatches(jobs => pool.run(jobs))

  async function listCompanies (): Promise<string[]> {
    const names = await readdir(dir).catch(error => { throw coded('STORE_UNREADABLE', undefined, error) })
    return names.filter(name => name.endsWith('.sqlite')).map(name => name.slice(0, -'.sqlite'.length)).sort()
  }

  const locks = createLockRecord()
  const damages = createDamageRecord()

  const run: Store['run'] = async (task, company, argument, signal, patienceMs = longestPatienceMs) => {
    const begunAt = performance.now()
    for (let tries = 1; ; tries++) {
      const outcome = await batches.run({ task, company, argument }, signal)
      damages.note(task, company, outcome)
      const isBusy = 'code' in outcome && outcome.busy === true
      if (isBusy) locks.note(company)
      if (!isBusy || performance.now() - begunAt >= patienceMs) return valueOf(outcome) as Result<typeof task>
      await sleep(backoffMs(tries, lockBackoff), signal)
    }
  }

  return {
    run,
    locked: locks.list,
    damaged: damages.list,
    companies: listCompanies,
    async unavailable () {
      try {
        await listCompanies()
        // No company has an empty id, so there is no file to open: it is enough that the thread answers.
        await run('getMeta', '', '')
        return null
      } catch (error) {
        return (error as Error).message
      }
    },
    stats: () => ({ waiting: batches.waiting, completed: batches.completed, utilization: pool.utilization }),
    async close () {
      await batches.idle()
      await pool.close()
    },
  }
}

/** Returns a task's value, or throws its error. */
function valueOf (outcome: Outcome): unknown {
  if ('thrown' in outcome) throw outcome.thrown
  if ('code' in outcome) {
    const { code, detail = detailOf(outcome), cause } = outcome
    throw coded(code, detail, cause === undefined ? undefined : new Error(cause))
  }
  return outcome.value
}

/** Returns which file an error is about, unless it is a company's. */
function detailOf ({ code, file }: { code: string, file?: string }): string | undefined {
  return file !== undefined && unusable.has(code) ? `It is ${file}, which is of all companies.` : undefined
}
