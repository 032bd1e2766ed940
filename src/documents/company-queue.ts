// Runs background work for companies in turn, the companies of the newest questions first, and repeats it later when it could not be done.
import { unlessAborted } from '../async/signals.ts'
import { CodedError } from '../errors.ts'

/**
 * Lets other companies work, and resolves when it is the caller's turn again; at once when no other waits.
 * @param meanwhile waited for before the caller stands in line again
 */
export type TakeTurn = (meanwhile?: () => Promise<unknown>) => Promise<void>

export interface CompanyQueue {
  /** Adds companies that are not waiting yet. Resolves when no company waits any more. */
  add (companies: string[]): Promise<void>
  /** Notes that a question was asked: the company gets every second turn until another one is asked about. */
  prefer (company: string): void
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
  /** How many are added again after a pause. */
  later: number
  running: boolean
}

export interface CompanyQueueOptions {
  /** Settles when the work can start. */
  ready?: () => Promise<void>
  /** Works for a company. Only one company works at a time; `turn` is awaited between the steps of long work. */
  work: (company: string, turn: TakeTurn) => Promise<void>
  /** Called with the error that `work` threw; then the next company has its turn. After an error that may pass, it is added again. */
  onError: (company: string, error: unknown) => void
  retryMs?: number
}

/** The most companies that are in the middle of their work: each keeps what its next step needs in memory. */
const maxBegun = 8
/** The most companies whose questions are remembered. */
const maxPreferred = 1000

export function createCompanyQueue ({ ready = async () => {}, work, onError, retryMs = 60_000 }: CompanyQueueOptions): CompanyQueue {
  const abort = new AbortController()
  const { signal } = abort
  const waiting = new Set<string>()
  const later = new Set<string>()
  const turns = createTurns()
  const counts = { companies: 0, failures: 0 }
  let retry: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let wake = () => {}

  async function run (): Promise<void> {
    const begun = new Map<string, Promise<void>>()
    try {
      await unlessAborted(ready(), signal)
      while (!signal.aborted) {
        const company = turns.first([...waiting].filter(one => !begun.has(one)))
        // A company that was asked about does not wait until others are done.
        if (company !== undefined && (begun.size < maxBegun || (begun.size < 2 * maxBegun && turns.isPreferred(company)))) {
          waiting.delete(company)
          begun.set(company, workFor(company).finally(() => begun.delete(company)))
          continue
        }
        if (begun.size === 0) return
        const added = new Promise<void>(resolve => { wake = resolve })
        await Promise.race([added, ...begun.values()])
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      await Promise.all(begun.values())
      // At once, not a turn later: a company that is added from now on needs a new run.
      running = undefined
    }
  }

  async function workFor (company: string): Promise<void> {
    try {
      await unlessAborted(turns.take(company), signal)
      signal.throwIfAborted()
      await work(company, async meanwhile => {
        signal.throwIfAborted()
        if (meanwhile) {
          turns.pass(company)
          await meanwhile()
          await unlessAborted(turns.take(company), signal)
        } else await unlessAborted(turns.rotate(company), signal)
      })
      counts.companies++
    } catch (error) {
      if (signal.aborted) return
      counts.failures++
      onError(company, error)
      if (error instanceof CodedError && error.retryable) retryLater(company)
    } finally {
      turns.pass(company)
    }
  }

  async function add (companies: string[]): Promise<void> {
    if (signal.aborted) return
    for (const company of companies) waiting.add(company)
    wake()
    running ??= run()
    return running
  }

  function retryLater (company: string): void {
    if (signal.aborted) return
    later.add(company)
    retry ??= setTimeout(() => {
      retry = undefined
      const companies = [...later]
      later.clear()
      add(companies)
    }, retryMs).unref()
  }

  return {
    add,
    prefer (company) {
      turns.prefer(company)
      wake()
    },
    retryLater,
    signal,
    stats: () => ({ ...counts, later: later.size, running: running !== undefined }),
    async close () {
      clearTimeout(retry)
      abort.abort()
      await running
    },
  }
}

/** Gives one company at a time its turn: every second turn to the one with the newest question, the others in order. */
function createTurns () {
  /** The newest question last. */
  const preferred = new Set<string>()
  let newest: string | undefined
  const line = new Map<string, () => void>()
  let holder: string | undefined
  let given = 0

  function first (companies: Iterable<string>): string | undefined {
    const all = [...companies]
    return [...preferred].findLast(company => all.includes(company)) ?? all[0]
  }

  /** Gives the turn to the next one in line. */
  function give (): void {
    holder = given++ % 2 === 0 ? first(line.keys()) : line.keys().next().value
    if (holder === undefined) return
    const go = line.get(holder)!
    line.delete(holder)
    go()
  }

  function pass (company: string): void {
    line.delete(company)
    if (holder === company) give()
  }

  function take (company: string): Promise<void> {
    if (holder === undefined) {
      holder = company
      return Promise.resolve()
    }
    return new Promise(resolve => line.set(company, resolve))
  }

  return {
    first,
    isPreferred: (company: string) => preferred.has(company),
    prefer (company: string) {
      if (company === newest) return
      newest = company
      preferred.delete(company)
      preferred.add(company)
      if (preferred.size > maxPreferred) preferred.delete(preferred.values().next().value!)
    },
    take,
    pass,
    rotate (company: string): Promise<void> {
      if (line.size === 0) return Promise.resolve()
      // It stands behind the others, and is the next one all the same when its company was asked about.
      const own = new Promise<void>(resolve => line.set(company, resolve))
      give()
      return own
    },
  }
}
