// Lets connections that come at once be accepted before the work of the first ones fills the event loop.

export interface Arrivals {
  /** Counts a connection that was accepted. */
  accepted (): void
  /** Returns null while none comes, else a promise for the end of the first turn of the event loop that accepts none. */
  over (): Promise<void> | null
}

/**
 * Node accepts one connection in each turn of the event loop. The last of 256 that came together would wait for 256 turns that
 * are full of the questions before it, while these ask again and again; turns without them are short.
 * @param most the wait ends after so many more connections, however many come: as many as the system holds by default
 * @param mostMs and after so many milliseconds of the process's own CPU: whoever opens connections all the time delays nobody for
 *   longer. Time in which others had the processor does not count: then the connections need longer too
 */
export function createArrivals ({ most = 511, mostMs = 1000, now = usedMs } = {}): Arrivals {
  let count = 0
  let isWatching = false
  const waiting: { untilCount: number, untilMs: number, go: () => void }[] = []

  const isFree = ({ untilCount, untilMs }: typeof waiting[number]) => !isWatching || untilCount <= count || untilMs <= now()

  /** Looks at the end of a turn whether one was accepted since the last. */
  function watch (before: number): void {
    isWatching = count !== before
    // In the order in which they came.
    while (waiting.length > 0 && isFree(waiting[0]!)) waiting.shift()!.go()
    if (isWatching) setImmediate(watch, count)
  }

  return {
    accepted () {
      count++
      if (isWatching) return
      isWatching = true
      setImmediate(watch, count - 1)
    },
    over () {
      if (!isWatching) return null
      const { promise, resolve: go } = Promise.withResolvers<void>()
      waiting.push({ untilCount: count + most, untilMs: now() + mostMs, go })
      return promise
    },
  }
}

function usedMs (): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
