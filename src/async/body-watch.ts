// Ends requests whose body takes too long to arrive: one timer for all of them, since nearly every body comes with its head.
import type { IncomingMessage } from 'node:http'

export interface BodyWatch {
  /** Waits for the body of a request. */
  add (request: IncomingMessage): void
  /** Stops waiting. */
  delete (request: IncomingMessage): void
}

/** How often it looks: a body may take so much longer. */
const sweepMs = 1000

/** @param now a monotonic clock, ms */
export function createBodyWatch (longestMs: number, now = () => performance.now()): BodyWatch {
  const waiting = new Map<IncomingMessage, number>()
  let timer: NodeJS.Timeout | undefined

  function sweep (): void {
    timer = undefined
    const at = now()
    for (const [request, until] of waiting) {
      if (request.complete || request.destroyed) waiting.delete(request)
      else if (until <= at) {
        waiting.delete(request)
        request.destroy()
      }
    }
    if (waiting.size > 0) schedule()
  }

  function schedule (): void {
    timer ??= setTimeout(sweep, sweepMs).unref()
  }

  return {
    add (request) {
      waiting.set(request, now() + longestMs)
      schedule()
    },
    delete (request) {
      waiting.delete(request)
    },
  }
}
