// Records how long the parts of one answer take.
import type { Timings } from '../types.ts'

export interface TimingRecorder {
  /** Starts the clock of a part; the returned function stops it. When a part is timed more than once, the last time counts. */
  start (part: 'embed' | 'search'): () => void
  /** Records the time of the first text. Later calls do nothing. */
  firstToken (): void
  /** Returns the timings so far; `total` runs until now. */
  read (): Timings
}

/**
 * @param askedAt when the question arrived, by `now`
 * @param promptMs how long it took to get the profile
 * @param now a monotonic clock, in milliseconds
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
