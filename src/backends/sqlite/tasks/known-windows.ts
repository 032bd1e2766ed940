// Remembers which passage each window belongs to, for as long as no window is removed.
import type { CompanyFile } from '../file.ts'

interface Known {
  /** Changes when this process removes a window, and when another one writes. */
  removals: number
  others: number
  /** The passage of each window that was looked up. */
  passages: Map<number, number>
}

const known = new WeakMap<CompanyFile, Known>()
const removals = new WeakMap<CompanyFile, number>()
/** About a megabyte. They are those that questions are nearest to. */
const maxWindows = 20_000

/** Notes that a window is being removed. */
export function noteRemovedWindow (file: CompanyFile): void {
  removals.set(file, (removals.get(file) ?? 0) + 1)
}

/**
 * Returns the passages of the windows that were looked up before, to be added to. A window belongs to one passage as long as it
 * exists, and no other one gets its number.
 */
export function passagesOfWindows (file: CompanyFile): Map<number, number> {
  const own = removals.get(file) ?? 0
  // Other connections alone change it.
  const [others] = file.rows('PRAGMA data_version').get() as unknown as [number]
  let now = known.get(file)
  if (now?.removals !== own || now.others !== others || now.passages.size >= maxWindows) {
    known.set(file, now = { removals: own, others, passages: new Map() })
  }
  return now.passages
}
