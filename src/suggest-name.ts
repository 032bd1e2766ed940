// Suggests the name that a misspelt one may mean.

/** Returns a hint for a key that looks like a misspelling of a known one; '' when none is near. */
export function suggestName (key: string, knownKeys: Iterable<string>): string {
  const written = key.toUpperCase()
  const [nearest] = [...knownKeys].map(known => ({ known, distance: editDistance(written, known) })).sort((a, b) => a.distance - b.distance)
  return nearest && nearest.distance <= Math.max(2, key.length / 4) ? `; did you mean ${nearest.known}?` : ''
}

/** Returns the Levenshtein distance: the number of characters to add, drop or change. */
function editDistance (a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (a[i] === b[j] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
