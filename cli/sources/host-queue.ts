// Limits the requests to one host: pauses between them, retries, and giving up.
import { backoffMs } from '../../src/async/retry.ts'
import { sleep as waitFor } from '../../src/async/signals.ts'
import { asCoded, coded } from '../../src/errors.ts'
import type { Fetched } from './public-fetch.ts'

export interface HostQueueOptions {
  /** The pause between the starts of two requests, ms. */
  delayMs: number
  /** Maximum tries per page. */
  tries?: number
  /** The pause before the second try, ms; it doubles with each further try. */
  firstPauseMs?: number
  /** The longest pause that a server may ask for, ms; a host that asks for more is given up for now. */
  longestPauseMs?: number
  /** The number of consecutive failed pages after which the host is given up. */
  failuresInRow?: number
  now?: () => number
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
}

export interface HostQueue {
  /**
   * Runs `ask` in turn, and again after a temporary failure. Throws the last error, SOURCE_UNAVAILABLE at once when the
   * host has been given up, or the signal's reason.
   */
  run (ask: () => Promise<Fetched>, signal?: AbortSignal): Promise<Fetched>
}

/** Creates the queue of one host. */
export function createHostQueue ({
  delayMs, tries = 3, firstPauseMs = 1000, longestPauseMs = 300_000, failuresInRow = 10, now = () => performance.now(), sleep = waitFor,
}: HostQueueOptions): HostQueue {
  let next = 0
  let failures = 0
  let isGivenUp = false

  async function turn (signal?: AbortSignal): Promise<void> {
    // The next start may have been postponed during the sleep.
    for (let wait = next - now(); wait > 0; wait = next - now()) await sleep(wait, signal)
    signal?.throwIfAborted()
    next = now() + delayMs
  }

  /** @returns true when the request may be retried */
  function putOff (pauseMs: number): boolean {
    if (pauseMs > longestPauseMs) isGivenUp = true
    else next = Math.max(next, now() + pauseMs)
    return !isGivenUp
  }

  return {
    async run (ask, signal) {
      for (let n = 1; ; n++) {
        if (isGivenUp) throw coded('SOURCE_UNAVAILABLE', 'The server failed too often, or asked for a long pause.')
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
        // Only one crawl requests from a host, so the pauses need no jitter.
        const again = putOff(Math.max(asked, backoffMs(n, { firstMs: firstPauseMs, jitter: false }))) && n < tries
        if (again) continue
        if (++failures >= failuresInRow) isGivenUp = true
        throw error
      }
    },
  }
}
