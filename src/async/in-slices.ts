// Runs long computing in slices, so that streams and other requests have their turn in between.
import { setImmediate } from 'node:timers/promises'

/** Computing that pauses at each `yield`. */
export type Steps<T> = Generator<undefined, T, undefined>

/** How long a slice lasts, ms. */
const sliceMs = 5

/** Runs all steps, a slice at a time. @param signal stops between two slices: its reason is thrown */
export async function inSlices<T> (steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  let began = performance.now()
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    if (performance.now() - began < sliceMs) continue
    await setImmediate()
    signal?.throwIfAborted()
    began = performance.now()
  }
}

/** Runs all steps at once. For commands, where nothing else has to go on. */
export function atOnce<T> (steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
