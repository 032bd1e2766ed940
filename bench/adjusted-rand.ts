// The adjusted Rand index: how far two ways of grouping the same items agree; 0 = by chance, 1 = entirely.

/** L. Hubert and P. Arabie, "Comparing partitions", 1985. @param a the group of each item @param b the same of the other way */
export function adjustedRand (a: readonly string[], b: readonly string[]): number {
  const pairs = (groups: Iterable<unknown[]>) => [...groups].reduce((sum, { length: n }) => sum + (n * (n - 1)) / 2, 0)
  const items = a.map((group, i) => ({ a: group, b: b[i]! }))
  const both = pairs(Map.groupBy(items, item => `${item.a}\n${item.b}`).values())
  const [ofA, ofB] = [pairs(Map.groupBy(items, item => item.a).values()), pairs(Map.groupBy(items, item => item.b).values())]
  const expected = (ofA * ofB) / ((items.length * (items.length - 1)) / 2)
  const most = (ofA + ofB) / 2
  return most === expected ? 1 : (both - expected) / (most - expected)
}
