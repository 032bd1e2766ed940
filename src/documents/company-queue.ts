// Runs background work for one company after another, and repeats it later when it could not be done.
import { unlessAborted } from '../async/signals.ts'

export interface CompanyQueue {
  /** Adds companies that are not waiting yet. Resolves when no company waits any more. */
  add (companies: string[]): Promise<void>
  /** Adds a company again after `retryMs`, because its model or its back end was unavailable. */
  retryLater (company: string): void
  /** Fires when the queue closes. */
  signal: AbortSignal
  stats (): CompanyQueueStats
  /** Stops the work, and waits until it has ended. */
  close (): Promise<void>
}

export interface CompanyQueueStats {
  /** The numbers of companies whose work succeeded, and whose work failed. */
  companies: number
  failures: number
  running: boolean
}

export interface CompanyQueueOptions {
  /** Settles when the work can start. */
  ready?: () => Promise<void>
  work: (company: string) => Promise<void>
  /** Called with the error that `work` threw; then the next company has its turn. */
  onError: (company: string, error: unknown) => void
  retryMs?: number
}

export function createCompanyQueue ({ ready = async () => {}, work, onError, retryMs = 60_000 }: CompanyQueueOptions): CompanyQueue {
  const abort = new AbortController()
  const { signal } = abort
  const waiting = new Set<string>()
  const later = new Set<string>()
  const counts = { companies: 0, failures: 0 }
  let retry: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  async function run (): Promise<void> {
    try {
      await unlessAborted(ready(), signal)
      for (const company of waiting) {
        waiting.delete(company)
        if (signal.aborted) return
        try {
          await work(company)
          counts.companies++
        } catch (error) {
          if (signal.aborted) return
          counts.failures++
          onError(company, error)
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      // At once, not a turn later: a company that is added from now on needs a new run.
      running = undefined
    }
  }

  async function add (companies: string[]): Promise<void> {
    if (signal.aborted) return
    for (const company of companies) waiting.add(company)
    running ??= run()
    return running
  }

  return {
    add,
    retryLater (company) {
      if (signal.aborted) return
      later.add(company)
      retry ??= setTimeout(() => {
        retry = undefined
        const companies = [...later]
        later.clear()
        add(companies)
      }, retryMs).unref()
    },
    signal,
    stats: () => ({ ...counts, running: running !== undefined }),
    async close () {
      clearTimeout(retry)
      abort.abort()
      await running
    },
  }
}
