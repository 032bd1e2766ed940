// A bounded number of places for things that run at the same time.

export interface Slots {
  /**
   * Waits for a free place, in the order of the calls. Returns the function that frees it; null when none was free within
   * `ms`. Throws the signal's reason.
   */
  take (ms: number, signal: AbortSignal): Promise<(() => void) | null>
  readonly waiting: number
}

export function createSlots (count: number): Slots {
  const waiting = new Set<() => void>()
  let free = count

  function release (): void {
    free++
    const [next] = waiting
    next?.()
  }

  function occupy (): () => void {
    let isHeld = true
    free--
    return () => {
      if (isHeld) release()
      isHeld = false
    }
  }

  return {
    async take (ms, signal) {
      signal.throwIfAborted()
      if (free > 0) return occupy()
      const { promise, resolve, reject } = Promise.withResolvers<(() => void) | null>()
      const start = () => resolve(leave() ? occupy() : null)
      const leave = () => waiting.delete(start)
      const abort = () => { if (leave()) reject(signal.reason) }
      const timer = setTimeout(() => { if (leave()) resolve(null) }, ms)
      waiting.add(start)
      signal.addEventListener('abort', abort, { once: true })
      try {
        return await promise
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
      }
    },
    get waiting () { return waiting.size },
  }
}
