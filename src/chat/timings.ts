// Records how long the parts of one answer take.
import type { Timings } from '../types.ts'

export interface TimingRecorder {
  /** Starts the clock of a part; the function that it returns stops it. When a part is timed more than once, the last one counts. */
  start (part: 'embed' | 'search'): () => void
  /** Notes that the first text is there. Later calls do nothing. */
  firstToken (): void
  /** Returns what is known so far; `total` runs until now. */
  read (): Timings
}

/**
 * @param askedAt when the question arrived, by `now`
 * @param promptMs how long its profile took to get
 * @param now milliseconds that never go back
 */
export function createTimings ({ askedAt, promptMs }: { askedAt: number, promptMs: number }, now: () => number): TimingRecorder {
  const timings = { prompt: round(promptMs), embed: 0, search: 0, first_token: 0 }
  return {
    start (part) {
      const began = now()
      return () => { timings[part] = round(now() - began) }
    },
    firstToken () {
      timings.first_token ||= round(now() - askedAt)
    },
    read: () => ({ ...timings, total: round(now() - askedAt) }),
  }
}

function round (ms: number): number {
  return Math.round(ms * 10) / 10
}
