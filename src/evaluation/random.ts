// Random numbers that are the same in every run.

/** Makes a generator (mulberry32) of numbers from 0 to 1. */
export function random (seed: number): () => number {
  return () => {
    seed = seed + 0x6D2B79F5 | 0
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed)
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t
    return ((t ^ t >>> 14) >>> 0) / 4294967296
  }
}

/** Returns `n` of the items in their order; all of those that `isKept` accepts are among them. */
export function sample<T> (items: readonly T[], n: number, seed: number, isKept: (item: T) => boolean = () => false): T[] {
  const next = random(seed)
  const drawn = items.map(item => ({ item, lot: isKept(item) ? -1 : next() }))
  const taken = new Set([...drawn].sort((a, b) => a.lot - b.lot).slice(0, n))
  return drawn.filter(one => taken.has(one) || one.lot < 0).map(({ item }) => item)
}
