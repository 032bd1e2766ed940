// Shared by what is stored in each company's own file besides its documents: errors, waits, and the end of what has expired.
import { CodedError, coded, type ErrorCode } from '../../errors.ts'
import type { Store } from './thread.ts'

/** Rewords the thread's errors, which are worded for a company's documents. */
const reasons: Partial<Record<ErrorCode, string>> = {
  STORE_CORRUPT: 'The company\'s database is damaged.',
  STORE_FULL: 'The disk is full.',
  STORE_UNREADABLE: 'The company\'s database cannot be read or written.',
  SEARCH_UNAVAILABLE: 'The company\'s database is busy.',
}

/** Returns an error of the thread in the words of what was asked for. */
export function reworded (code: ErrorCode, error: unknown): CodedError {
  return coded(code, error instanceof CodedError ? reasons[error.code] : undefined, error)
}

/** Runs a task in the thread. A file that is locked is tried again for half the time, so that the reason can be told. */
export function withPatience<T> (timeoutMs: number, task: (signal: AbortSignal, patienceMs: number) => Promise<T>): Promise<T> {
  return task(AbortSignal.timeout(timeoutMs), timeoutMs / 2)
}

type Task = Parameters<Store['run']>[0]

/** Returns a function that runs a task with patience. It throws `code` with the thread's reason. */
export function patientRun ({ store, timeoutMs, code }: { store: Store, timeoutMs: number, code: ErrorCode }) {
  return async <T extends Task>(task: T, company: string, argument: Parameters<typeof store.run<T>>[2]) => {
    try {
      return await withPatience(timeoutMs, (signal, patienceMs) => store.run(task, company, argument, signal, patienceMs))
    } catch (error) {
      throw reworded(code, error)
    }
  }
}

export interface ExpiryOptions {
  store: Pick<Store, 'companies'>
  everyMs: number
  /** Deletes so many at most in one task, which searches wait for. */
  atOnce: number
  /** Deletes what has expired of a company. Returns how many were deleted. */
  expire (company: string, limit: number): Promise<number>
  onError (error: unknown): void
}

/** Deletes what has expired of all companies from time to time, in small tasks, so that other tasks can run in between. */
export function startExpiry ({ store, everyMs, atOnce, expire, onError }: ExpiryOptions): { stop (): void } {
  let isStopped = false
  let isRunning = false

  async function run (): Promise<void> {
    if (isRunning) return
    isRunning = true
    try {
      for (const company of await store.companies()) {
        for (let deleted = atOnce; deleted === atOnce;) {
          if (isStopped) return
          // A file that cannot be read is reported by the next request that needs it.
          deleted = await expire(company, atOnce).catch(() => 0)
        }
      }
    } catch (error) {
      if (!isStopped) onError(error)
    } finally {
      isRunning = false
    }
  }
  const timer = setInterval(run, everyMs).unref()

  return {
    stop () {
      isStopped = true
      clearInterval(timer)
    },
  }
}
