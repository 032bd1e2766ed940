// A bounded number of places for things that run at the same time, shared fairly by groups such as companies.
import { createFairQueue } from './fair-queue.ts'

export interface Slots {
  /**
   * Waits for a free place: the group that holds the fewest comes first, and in a group the one that has waited longest.
   * Returns the function that frees it; null when none was free within `ms`. Throws the signal's reason.
   * @param ms Infinity = as long as it takes
   */
  take (ms: number, signal: AbortSignal | undefined, group?: string): Promise<(() => void) | null>
  /** Returns how many places the group holds. */
  held (group: string): number
  readonly waiting: number
}

/** @param oneEach a group that holds no place gets one at once, beyond the count if need be */
export function createSlots (count: number, { oneEach = false } = {}): Slots {
  const held = new Map<string, number>()
  const heldBy = (group: string) => held.get(group) ?? 0
  const queue = createFairQueue<() => void>({ loadOf: heldBy })
  let free = count

  function change (group: string, by: 1 | -1): void {
    free -= by
    const left = heldBy(group) + by
    if (left === 0) held.delete(group)
    else held.set(group, left)
  }

  function occupy (group: string): () => void {
    let isHeld = true
    change(group, 1)
    return () => {
      if (!isHeld) return
      isHeld = false
      change(group, -1)
      // A group that now holds none is the first in line by itself: none other without a place waits.
      const isOwed = oneEach && heldBy(group) === 0 && queue.waiting(group) > 0
      if (free > 0 || isOwed) queue.shift()?.()
    }
  }

  return {
    async take (ms, signal, group = '') {
      signal?.throwIfAborted()
      if (free > 0 || (oneEach && heldBy(group) === 0)) return occupy(group)
      const { promise, resolve, reject } = Promise.withResolvers<(() => void) | null>()
      const start = () => resolve(occupy(group))
      const leave = () => queue.remove(group, start)
      const abort = () => { if (leave()) reject(signal!.reason) }
      const timer = ms === Infinity ? undefined : setTimeout(() => { if (leave()) resolve(null) }, ms)
      queue.push(group, start)
      signal?.addEventListener('abort', abort, { once: true })
      try {
        return await promise
      } finally {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
      }
    },
    held: heldBy,
    get waiting () { return queue.size },
  }
}
