// Random choices that are the same for the same seed, on every machine.

export interface Random {
  /** A whole number between two bounds, both included. */
  between (low: number, high: number): number
  pick<T> (list: readonly T[]): T
  /** True in `share` of all cases. */
  chance (share: number): boolean
}

/** Creates a source of random choices (mulberry32). */
export function createRandom (seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return { between, pick: list => list[between(0, list.length - 1)]!, chance: share => next() < share }
}
