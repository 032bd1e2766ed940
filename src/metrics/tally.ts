// Counts by labels in a plain map, and adds to a metric when that is read: hashing labels each time would cost more than the count.

export interface Tally<T extends string> {
  /** Counts one for the values of the labels, in the order of their names. */
  count (...values: string[]): void
  /** Adds what was counted since the last time. */
  flush (add: (labels: Record<T, string>, n: number) => void): void
}

export function createTally<T extends string> (names: readonly T[]): Tally<T> {
  const counts = new Map<string, { values: string[], n: number }>()
  return {
    count (...values) {
      const key = values.join(' ')
      const known = counts.get(key)
      if (known) known.n++
      else counts.set(key, { values, n: 1 })
    },
    flush (add) {
      for (const { values, n } of counts.values()) {
        add(Object.fromEntries(names.map((name, i) => [name, values[i]!])) as Record<T, string>, n)
      }
      counts.clear()
    },
  }
}
