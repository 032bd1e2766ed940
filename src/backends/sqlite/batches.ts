// Hands tasks to the thread of the store in batches: waking a thread costs more than most tasks do.
import { createFairQueue } from '../../async/fair-queue.ts'
import type { Job, Outcome } from './worker.ts'

export interface Batches {
  /**
   * Queues a task and returns its outcome; companies take turns. Throws the signal's reason at once: a task that has not been
   * sent is dropped.
   */
  run (job: Job, signal?: AbortSignal): Promise<Outcome>
  /** Resolves when no task is left. */
  idle (): Promise<void>
  readonly waiting: number
  readonly completed: number
}

interface Waiting {
  job: Job
  resolve (outcome: Outcome): void
  reject (error: unknown): void
}

/**
 * The thread has one batch, and one of short tasks that it begins next; all other tasks wait here, where companies take turns.
 * A long task is sent when the thread has nothing else, so that a newcomer waits for one of them at most.
 */
const batchesAhead = 2
/** The most tasks of a batch: a company's newcomer waits for this many, twice. */
const maxTasks = 4
/** Tasks of questions, which take less than a millisecond. Any other one is a batch of its own. */
const shortTasks: ReadonlySet<Job['task']> = new Set<Job['task']>([
  'search', 'searchKeywords', 'finishSearch', 'getMeta', 'indexModels', 'getConversation',
])

/** @param send passes a batch to the thread and returns the outcomes in the same order */
export function createBatches (send: (jobs: Job[]) => Promise<Outcome[]>): Batches {
  const queue = createFairQueue<Waiting>()
  let running = 0
  let completed = 0
  let isScheduled = false
  const idle: (() => void)[] = []

  function take (): Waiting[] {
    const batch: Waiting[] = []
    while (batch.length < maxTasks) {
      const one = queue.shift(({ job }) => shortTasks.has(job.task) || batch.length + running === 0)
      if (!one) break
      batch.push(one)
      if (!shortTasks.has(one.job.task)) break
    }
    return batch
  }

  function flush (): void {
    isScheduled = false
    while (running < batchesAhead) {
      const batch = take()
      if (batch.length === 0) break
      running++
      send(batch.map(({ job }) => job)).then(
        outcomes => batch.forEach(({ resolve }, i) => resolve(outcomes[i]!)),
        error => { for (const { reject } of batch) reject(error) },
      ).finally(() => {
        running--
        completed += batch.length
        flush()
      })
    }
    if (running === 0) for (const resolve of idle.splice(0)) resolve()
  }

  return {
    run (job, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const abort = () => {
          queue.remove(one.job.company, one)
          reject(signal!.reason)
        }
        const leave = () => signal?.removeEventListener('abort', abort)
        const one: Waiting = {
          job,
          resolve (outcome) {
            leave()
            resolve(outcome)
          },
          reject (error) {
            leave()
            reject(error)
          },
        }
        signal?.addEventListener('abort', abort, { once: true })
        queue.push(job.company, one)
        // Tasks of the same turn of the event loop go together.
        if (!isScheduled && running < batchesAhead) {
          isScheduled = true
          setImmediate(flush)
        }
      })
    },
    idle: () => new Promise(resolve => {
      idle.push(resolve)
      if (!isScheduled) flush()
    }),
    get waiting () { return queue.size },
    get completed () { return completed },
  }
}
