// Whose documents are to get their vectors: one company after another, once the models are there, and again when they were not.
import { unlessAborted } from '../async/signals.ts'

export interface VectorsStats { companies: number, passages: number, running: boolean, failures: number }

export interface Vectors {
  /** Embeds what has no vectors yet, company after company; a run that goes on takes up new ones. */
  fill (companies: string[]): Promise<void>
  stats (): VectorsStats
  close (): Promise<void>
}

export interface VectorQueue extends Vectors {
  /** Takes a company up once more, later: its model, or its engine, was not to be had. */
  again (company: string): void
  /** Counts passages that have got their vectors. */
  count (passages: number): void
  /** Fires when it closes. */
  signal: AbortSignal
}

/**
 * @param ready settles when the models are there, or are not to be had
 * @param fillCompany gives a company's passages their vectors
 * @param onFailure told what `fillCompany` threw
 * @param againMs how much later a company is taken up again
 */
export function createVectorQueue ({ ready, fillCompany, onFailure, againMs }: {
  ready: () => Promise<void>
  fillCompany: (company: string) => Promise<void>
  onFailure: (company: string, error: unknown) => void
  againMs: number
}): VectorQueue {
  const abort = new AbortController()
  const waiting = new Set<string>()
  const later = new Set<string>()
  const counts = { companies: 0, passages: 0, failures: 0 }
  let retry: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined

  async function work (): Promise<void> {
    try {
      await unlessAborted(ready(), abort.signal).catch(error => { if (!abort.signal.aborted) throw error })
      for (const company of waiting) {
        waiting.delete(company)
        if (abort.signal.aborted) return
        try {
          await fillCompany(company)
          counts.companies++
        } catch (error) {
          if (abort.signal.aborted) return
          counts.failures++
          onFailure(company, error)
        }
      }
    } finally {
      // At once, not a turn later: a company that is added from now on needs a new run.
      running = undefined
    }
  }

  async function fill (companies: string[]): Promise<void> {
    for (const company of companies) waiting.add(company)
    running ??= work()
    return running
  }

  return {
    fill,
    again (company) {
      if (abort.signal.aborted) return
      later.add(company)
      retry ??= setTimeout(() => {
        retry = undefined
        const companies = [...later]
        later.clear()
        fill(companies)
      }, againMs).unref()
    },
    count: passages => { counts.passages += passages },
    signal: abort.signal,
    stats: () => ({ ...counts, running: running !== undefined }),
    async close () {
      clearTimeout(retry)
      abort.abort()
      await running
    },
  }
}
