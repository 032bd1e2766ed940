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

export interface SlotsOptions {
  /** A group that holds no place gets one at once, beyond the count if need be. */
  oneEach?: boolean
  /**
   * How long, ms, a group that has left can come back to a free place: one of every four places at most is kept from groups that
   * hold some already. What takes a place for long would else make it wait until one of them ends. 0 = not at all.
   */
  keptMs?: number
  now?: () => number
}

export function createSlots (count: number, { oneEach = false, keptMs = 0, now = () => performance.now() }: SlotsOptions = {}): Slots {
  const held = new Map<string, number>()
  const heldBy = (group: string) => held.get(group) ?? 0
  const mostKept = keptMs > 0 ? Math.floor(count / 4) : 0
  /** When the groups that hold none left, the last one last. */
  const left = new Map<string, number>()
  const queue = createFairQueue<() => void>({ loadOf: heldBy })
  let free = count

  function change (group: string, by: 1 | -1): void {
    free -= by
    const rest = heldBy(group) + by
    if (rest === 0) held.delete(group)
    else held.set(group, rest)
    if (mostKept === 0) return
    left.delete(group)
    if (rest > 0) return
    left.set(group, now())
    if (left.size > mostKept) left.delete(left.keys().next().value!)
  }

  function mayTake (group: string): boolean {
    if (heldBy(group) === 0) return free > 0
    for (const [other, at] of left) if (now() - at > keptMs) left.delete(other)
    return free > left.size
  }

  function giveFree (): void {
    for (let start; (start = queue.shift((_, group) => mayTake(group)));) start()
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
      if (isOwed) queue.shift()!()
      else giveFree()
    }
  }

  return {
    async take (ms, signal, group = '') {
      signal?.throwIfAborted()
      const isNew = heldBy(group) === 0
      if (((isNew || queue.size === 0) && mayTake(group)) || (oneEach && isNew)) return occupy(group)
      const { promise, resolve, reject } = Promise.withResolvers<(() => void) | null>()
      const start = () => resolve(occupy(group))
      const leave = () => queue.remove(group, start)
      const abort = () => { if (leave()) reject(signal!.reason) }
      const timer = ms === Infinity ? undefined : setTimeout(() => { if (leave()) resolve(null) }, ms)
      queue.push(group, start)
      signal?.addEventListener('abort', abort, { once: true })
      // A place that was kept may be free by now.
      giveFree()
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
