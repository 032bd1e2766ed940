// Groups vectors that are alike: the two groups that are most alike become one, until no two are alike enough.
import { setImmediate } from 'node:timers/promises'
import { dot } from '../similarity.ts'

/** A group to begin with: one new item, or what belongs together already. */
export interface Group<T> {
  items: T[]
  /** The mean of its unit vectors. The likeness of two groups is the mean over all pairs of their items. */
  mean: Float32Array
  weight: number
  /** Two fixed groups stay apart. */
  isFixed: boolean
}

/** Comparisons between two turns of the event loop: about two milliseconds. */
const comparedAtOnce = 4000

/** Returns the groups that remain. @param least how alike two groups must be to become one, from 0 to 1 */
export async function group<T> (given: readonly Group<T>[], least: number): Promise<Group<T>[]> {
  const groups: (Group<T> | null)[] = [...given]
  const n = groups.length
  /** Of each pair, the later one's row. */
  const alike = Array.from({ length: n }, (_, i) => new Float32Array(i))
  const nearest = new Int32Array(n).fill(-1)
  const likeness = (i: number, j: number) => alike[Math.max(i, j)]![Math.min(i, j)]!
  let compared = 0

  /** Finds the group before `i` that is most like it. */
  function findNearest (i: number): void {
    let best = -1
    for (let j = 0; j < i; j++) if (groups[j] && (best < 0 || alike[i]![j]! > alike[i]![best]!)) best = j
    nearest[i] = best
  }

  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [groups[i]!, groups[j]!]
      alike[i]![j] = a.isFixed && b.isFixed ? -Infinity : dot(a.mean, b.mean)
    }
    findNearest(i)
    if ((compared += i) > comparedAtOnce) {
      compared = 0
      await setImmediate()
    }
  }
  for (;;) {
    let at = -1
    for (let i = 1; i < n; i++) {
      if (groups[i] && nearest[i]! >= 0 && (at < 0 || alike[i]![nearest[i]!]! > alike[at]![nearest[at]!]!)) at = i
    }
    if (at < 0 || alike[at]![nearest[at]!]! < least) break
    const into = nearest[at]!
    const [a, b] = [groups[into]!, groups[at]!]
    const weight = a.weight + b.weight
    groups[into] = {
      items: [...a.items, ...b.items],
      mean: a.mean.map((value, k) => (value * a.weight + b.mean[k]! * b.weight) / weight),
      weight,
      isFixed: a.isFixed || b.isFixed,
    }
    groups[at] = null
    for (let k = 0; k < n; k++) {
      const other = groups[k]
      if (!other || k === into) continue
      const value = groups[into]!.isFixed && other.isFixed
        ? -Infinity
        : (likeness(k, into) * a.weight + likeness(k, at) * b.weight) / weight
      alike[Math.max(k, into)]![Math.min(k, into)] = value
    }
    findNearest(into)
    for (let k = into + 1; k < n; k++) {
      if (!groups[k]) continue
      if (nearest[k] === at || nearest[k] === into) findNearest(k)
      else if (alike[k]![into]! > alike[k]![nearest[k]!]!) nearest[k] = into
    }
    if ((compared += n) > comparedAtOnce) {
      compared = 0
      await setImmediate()
    }
  }
  return groups.filter(found => found !== null)
}
