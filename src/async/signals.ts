// Waits that end early: with a signal, or after a time.
import { setMaxListeners } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'

/** Returns the result of `promise`. When the signal fires first, calls `onAbort` and throws the signal's reason. */
export async function unlessAborted<T> (promise: Promise<T>, signal: AbortSignal, onAbort: () => void = () => {}): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => {
    onAbort()
    reject(signal.reason)
  }
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/**
 * Waits. Throws the signal's reason as soon as it fires.
 * @param ref true if the wait keeps the process alive
 */
export async function sleep (ms: number, signal?: AbortSignal, ref = true): Promise<void> {
  await wait(ms, undefined, { signal, ref }).catch(() => signal!.throwIfAborted())
}

/** Waits for the promise, no longer than `ms`. Returns true if it was fulfilled in time. Throws its error. */
export async function settlesWithin (ms: number, promise: Promise<unknown>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, ms, false)
  try {
    return await Promise.race([promise.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}

/** A signal that fires after a time; `clear` releases the timer. */
export interface Deadline {
  signal: AbortSignal
  clear (): void
}

/**
 * Makes a signal that fires with `signal`, or with a TimeoutError after `ms`. It costs a fraction of AbortSignal.any
 * and AbortSignal.timeout, and leaves nothing behind once it is cleared.
 */
export function createDeadline (ms: number, signal: AbortSignal): Deadline {
  const abort = new AbortController()
  setMaxListeners(0, abort.signal)
  const timer = setTimeout(() => abort.abort(new DOMException(`Not done within ${Math.round(ms)} ms.`, 'TimeoutError')), ms)
  const leave = () => {
    clearTimeout(timer)
    abort.abort(signal.reason)
  }
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave, { once: true })
  return {
    signal: abort.signal,
    clear () {
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
    },
  }
}
