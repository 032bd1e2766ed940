// Repeats an action after a failure, with growing pauses.
import pRetry from 'p-retry'
import { sleep } from './signals.ts'

export interface Backoff {
  /** Pause after the first failure, in milliseconds; it doubles with each further one. */
  firstMs: number
  /** Longest pause, in milliseconds. */
  longestMs?: number
  /** Shortens each pause at random, by half at most, so that clients that failed together do not return together. */
  jitter?: boolean
}

export interface RetryOptions extends Backoff {
  /** The most further tries after the first one; Infinity when absent. */
  retries?: number
  /** Ends the tries and the pauses. */
  signal?: AbortSignal | undefined
  /** Tells if another try may succeed. */
  isRetryable: (error: unknown) => boolean
  /** Reads how long the server asked to be left alone, in milliseconds; it may be longer than `longestMs`. */
  retryAfterMs?: (error: unknown) => number | undefined
  /** Called before each pause. */
  onRetry?: (error: unknown, pauseMs: number, attempt: number) => void
  /** Waits. Replaced in tests, and where the pause concerns more than this one call. */
  wait?: (ms: number, signal?: AbortSignal) => Promise<unknown>
}

/** Returns the pause after so many failures in a row, in milliseconds. */
export function backoffMs (failures: number, { firstMs, longestMs = Infinity, jitter = true }: Backoff): number {
  const ms = Math.min(firstMs * 2 ** Math.min(failures - 1, 40), longestMs)
  return jitter ? ms * (0.5 + Math.random() / 2) : ms
}

/**
 * Runs `action` until it succeeds. Throws its last error, or the signal's reason. A result that arrives as the signal
 * fires is still returned. A TypeError is a bug, and is thrown at once.
 */
export async function retry<T> (
  action: (attempt: number) => Promise<T>,
  { retries = Infinity, signal, isRetryable, retryAfterMs = () => undefined, onRetry, wait = sleep, ...backoff }: RetryOptions,
): Promise<T> {
  const attempt = async (n: number): Promise<T> => {
    signal?.throwIfAborted()
    return action(n)
  }
  try {
    return await pRetry(attempt, {
      retries,
      // The package's own pause would add to ours, and cannot be as long as a server asks for.
      minTimeout: 0,
      async shouldRetry ({ error, attemptNumber }) {
        if (signal?.aborted || !isRetryable(error)) return false
        const pauseMs = Math.max(retryAfterMs(error) ?? 0, backoffMs(attemptNumber, backoff))
        onRetry?.(error, pauseMs, attemptNumber)
        await wait(pauseMs, signal)
        return true
      },
    })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}
