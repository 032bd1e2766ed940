// Shares something scarce between groups, such as companies: they take turns, and one that is alone takes every turn.

export interface FairQueue<T> {
  /** Adds an item behind the others of its group. An item must not be waiting already. */
  push (group: string, item: T): void
  /** Takes the first item of the group whose turn it is; undefined when nothing waits, or when it may not go yet. */
  shift (mayGo?: (item: T, group: string) => boolean): T | undefined
  /** Removes a waiting item. Returns false if it was not waiting. */
  remove (group: string, item: T): boolean
  /** Counts further work for a group: its next turn comes that much later, in turns. */
  charge (group: string, turns: number): void
  /** Returns how many items of the group wait. */
  waiting (group: string): number
  readonly size: number
}

export interface FairQueueOptions {
  /** How many turns a group gets for one of another's; 1 for all when absent. */
  weightOf?: (group: string) => number
  /** How much a group uses at the moment. The one that uses least for its weight comes first, then the one whose turn it is. */
  loadOf?: (group: string) => number
}

/** Groups without waiting items are forgotten when there are more of them than this, and nothing is charged to them any more. */
const maxIdleGroups = 1000

/**
 * Makes a queue. Each group has a position that grows with the turns it has had; the lowest one is next (stride
 * scheduling). A group that comes back after a pause starts where the others are, so that pauses earn nothing.
 */
export function createFairQueue<T> ({ weightOf = () => 1, loadOf = () => 0 }: FairQueueOptions = {}): FairQueue<T> {
  const groups = new Map<string, Set<T>>()
  const positions = new Map<string, number>()
  /** The position of the group that was served last. */
  let reached = 0
  let size = 0

  const positionOf = (group: string) => Math.max(positions.get(group) ?? 0, reached)

  function next (): string | undefined {
    let best: { group: string, load: number, position: number } | undefined
    for (const group of groups.keys()) {
      const load = loadOf(group) / weightOf(group)
      const position = positions.get(group)!
      if (!best || load < best.load || (load === best.load && position < best.position)) best = { group, load, position }
    }
    return best?.group
  }

  function forgetIdleGroups (): void {
    for (const [group, position] of positions) if (position <= reached && !groups.has(group)) positions.delete(group)
  }

  function take (group: string, items: Set<T>, item: T): void {
    items.delete(item)
    size--
    if (items.size > 0) return
    groups.delete(group)
    if (positions.size > groups.size + maxIdleGroups) forgetIdleGroups()
  }

  return {
    push (group, item) {
      size++
      const items = groups.get(group)
      if (items) items.add(item)
      else {
        groups.set(group, new Set([item]))
        positions.set(group, positionOf(group))
      }
    },

    shift (mayGo = () => true) {
      const group = next()
      if (group === undefined) return undefined
      const items = groups.get(group)!
      const item = items.values().next().value!
      if (!mayGo(item, group)) return undefined
      const position = positions.get(group)!
      reached = Math.max(reached, position)
      positions.set(group, position + 1 / weightOf(group))
      // Of two whose turn it is, the one that was served last comes last.
      groups.delete(group)
      groups.set(group, items)
      take(group, items, item)
      return item
    },

    remove (group, item) {
      const items = groups.get(group)
      if (!items?.has(item)) return false
      take(group, items, item)
      return true
    },

    charge (group, turns) {
      positions.set(group, positionOf(group) + turns / weightOf(group))
    },

    waiting: group => groups.get(group)?.size ?? 0,
    get size () { return size },
  }
}
