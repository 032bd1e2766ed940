// Compacts a company's old documents when it runs out of room, in the background and behind everything else.
import { sleep } from '../../async/signals.ts'
import { createCompanyQueue, type CompanyQueueStats } from '../../documents/company-queue.ts'
import type { Mode } from '../../compress/compress.ts'
import type { Store } from './thread.ts'
import type { AgePosition, CompactionMode, CompactionStep, RestorationStep } from './tasks/compaction.ts'

/** Share of a company's tokens above which its documents are compacted. */
const fullFrom = 0.75

export interface CompactionStats extends CompanyQueueStats {
  /** Tokens. */
  saved: number
  restored: number
}

export interface Compaction {
  /**
   * Compacts a company's old documents, and restores compacted ones, where necessary. Resolves when no company waits
   * any more. Never rejects.
   */
  check (company: string): Promise<void>
  stats (): CompactionStats
  close (): Promise<void>
}

export interface CompactionOptions {
  store: Store
  /**
   * - `adaptive`: the least recently used documents, while the company's tokens are more than 75 % of its room.
   * - `conservative`: only the logs among them.
   * - `aggressive`: all documents that are old enough, however much room there is.
   * - `off`: none; documents that were compacted before are still restored.
   */
  mode: Mode
  /** Documents that were written or cited within this time are left alone. */
  minAgeMs: number
  keepOriginal: boolean
  /** The limit for a company's documents. */
  maxTokens: number
  /** How often all companies are checked. */
  everyMs?: number
  /** Called when a company's documents have changed, with their new version. */
  onChanged: (company: string, version: string) => void
  /** Called when a run has changed a company's passages: they have no vectors now. */
  onDone: (company: string) => void
  onError: (company: string, error: unknown) => void
}

/** Creates the compaction. After a crash the next run continues where this one ended. */
export function createCompaction ({
  store,
  mode,
  minAgeMs,
  keepOriginal,
  maxTokens,
  everyMs = 3_600_000,
  onChanged,
  onDone,
  onError,
}: CompactionOptions): Compaction {
  const queue = createCompanyQueue({ work: compactCompany, onError })
  const { signal } = queue
  const counts = { saved: 0, restored: 0 }

  /** Restores first: a document that is often cited is worth more than room that is not needed. */
  async function compactCompany (company: string): Promise<void> {
    let stored = await store.run('storedTokens', company, null)
    const before = { ...counts }
    try {
      for (let after: number | null = 0; after !== null && !signal.aborted;) {
        const step: RestorationStep = await unhurried('restoreDocuments', company, { after, room: maxTokens - stored })
        after = step.after
        stored += step.added
        counts.restored += step.added
        if (step.added > 0) onChanged(company, step.version)
      }
      const most = mode === 'off' ? Infinity : mode === 'aggressive' ? 0 : maxTokens * fullFrom
      const usedBefore = Date.now() - minAgeMs
      for (let after: AgePosition | null = { age: -1, document: 0 }; after !== null && stored > most && !signal.aborted;) {
        const step: CompactionStep = await unhurried('compactDocuments', company, {
          mode: mode as CompactionMode,
          keepOriginal,
          usedBefore,
          wanted: stored - most,
          after,
        })
        after = step.after
        stored -= step.saved
        counts.saved += step.saved
        if (step.saved > 0) onChanged(company, step.version)
      }
    } finally {
      if (counts.saved > before.saved || counts.restored > before.restored) {
        while (!signal.aborted && (await store.run('countWords', company, null))) {
          /* in slices */
        }
        onDone(company)
      }
    }
  }

  /** Runs a task, then leaves the store's thread to others for as long as the task took. */
  const unhurried: Store['run'] = async (task, company, argument) => {
    const started = performance.now()
    const result = await store.run(task, company, argument)
    await sleep(performance.now() - started, signal).catch(() => {}) // closing: the loops check the signal
    return result
  }

  async function checkAll (): Promise<void> {
    try {
      await queue.add(await store.companies())
    } catch (error) {
      onError('', error)
    }
  }
  const timer = setInterval(checkAll, everyMs)
  timer.unref()

  return {
    check: company => queue.add([company]),
    stats: () => ({ ...counts, ...queue.stats() }),
    async close () {
      clearInterval(timer)
      await queue.close()
    },
  }
}
