// A circuit breaker: after failures in a row, sends no requests until a probe has succeeded.
import { backoffMs } from '../../async/retry.ts'
import { MeilisearchError } from './errors.ts'

export interface Circuit {
  /** Throws a MeilisearchError with the code CIRCUIT_OPEN while the circuit is open. */
  check (): void
  succeeded (): void
  /** Counts a failure. @param pauseMs how long the server asks to be left alone */
  failed (pauseMs: number): void
  state (): { open: boolean, opened: number }
  /** Ends the probing. */
  close (): void
}

const longestPauseMs = 30_000
const backoff = { firstMs: 1000, longestMs: longestPauseMs, jitter: false }

/**
 * Creates a closed circuit. Each time it opens again without a success in between, it stays open twice as long.
 * @param failures in a row that open it
 * @param probe returns true when the server works again; must end by itself
 */
export function createCircuit ({ failures, probe }: { failures: number, probe: () => Promise<boolean> }): Circuit {
  let inRow = 0
  let opened = 0
  let open = false
  /** Pauses in a row without a success in between. */
  let pauses = 0
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  function probeAfter (ms: number): void {
    if (isClosed) return
    timer = setTimeout(async () => {
      const isWell = await probe().catch(() => false)
      if (!open || isClosed) return
      if (!isWell) return probeAfter(backoffMs(++pauses, backoff))
      open = false
      // The next failure opens it again; a success in between clears the memory.
      inRow = failures - 1
    }, ms).unref()
  }

  return {
    check () {
      if (!open) return
      throw new MeilisearchError('unreachable', 'Meilisearch has failed many times in a row and is left alone for a moment.', {
        code: 'CIRCUIT_OPEN',
      })
    },
    succeeded () {
      inRow = 0
      if (!open) pauses = 0
    },
    failed (pauseMs) {
      if (open || ++inRow < failures) return
      open = true
      opened++
      probeAfter(Math.min(Math.max(backoffMs(++pauses, backoff), pauseMs), longestPauseMs))
    },
    state: () => ({ open, opened }),
    close () {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
