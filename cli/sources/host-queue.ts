// How fast one host is asked: a pause between requests, tries again, and giving up.
import { backoffMs } from '../../src/async/retry.ts'
import { sleep as waitFor } from '../../src/async/signals.ts'
import { asCoded, coded } from '../../src/errors.ts'
import type { Fetched } from './public-fetch.ts'

export interface PaceOptions {
  /** Pause between the starts of two requests, ms. */
  delayMs: number
  /** Tries of one page at most. */
  tries?: number
  /** Pause before the second try, ms; each further one is twice as long. */
  firstPauseMs?: number
  /** Longest pause that a server may ask for, ms; one that asks for more is left alone for now. */
  longestPauseMs?: number
  /** Pages that fail in a row before the host is left alone. */
  failuresInRow?: number
  now?: () => number
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
}

export interface Pace {
  /**
   * Runs `ask` when it is its turn, again when it fails in a way that may pass. Throws the last error, SOURCE_UNAVAILABLE
   * at once when the host is left alone, or the signal's reason.
   */
  run (ask: () => Promise<Fetched>, signal?: AbortSignal): Promise<Fetched>
}

/** The pace of one host. */
export function createPace ({
  delayMs, tries = 3, firstPauseMs = 1000, longestPauseMs = 300_000, failuresInRow = 10, now = Date.now, sleep = waitFor,
}: PaceOptions): Pace {
  let next = 0
  let failures = 0
  let leftAlone = false

  async function turn (signal?: AbortSignal): Promise<void> {
    // The time may have been put off while this one slept.
    for (let wait = next - now(); wait > 0; wait = next - now()) await sleep(wait, signal)
    signal?.throwIfAborted()
    next = now() + delayMs
  }

  /** @returns whether it may be tried again */
  function putOff (pauseMs: number): boolean {
    if (pauseMs > longestPauseMs) leftAlone = true
    else next = Math.max(next, now() + pauseMs)
    return !leftAlone
  }

  return {
    async run (ask, signal) {
      for (let n = 1; ; n++) {
        if (leftAlone) throw coded('SOURCE_UNAVAILABLE', 'Its server is left alone for now.')
        await turn(signal)
        const answer = await ask().catch(error => {
          signal?.throwIfAborted()
          return asCoded(error, 'SOURCE_UNAVAILABLE')
        })
        const busy = 'status' in answer && (answer.status === 429 || answer.status >= 500)
        const error = busy ? coded('SOURCE_UNAVAILABLE', `The server answered ${answer.status}.`) : 'status' in answer ? undefined : answer
        if (!error?.retryable) {
          failures = 0
          if (error) throw error
          return answer as Fetched
        }
        const asked = busy ? answer.retryAfterMs ?? 0 : 0
        // One crawl asks a host, so its pauses need no jitter.
        const again = putOff(Math.max(asked, backoffMs(n, { firstMs: firstPauseMs, jitter: false }))) && n < tries
        if (again) continue
        if (++failures >= failuresInRow) leftAlone = true
        throw error
      }
    },
  }
}
