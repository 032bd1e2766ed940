// Keeps what was read of documents, by their index and their id.

export interface KeptDocuments<T> {
  /** Returns what is kept of these documents of a group, in their order. */
  read (group: string, ids: readonly string[]): (T | undefined)[]
  keep (group: string, id: string, value: T, bytes: number): void
  size (): { kept: number, kept_bytes: number }
}

interface Kept<T> { value: T, bytes: number }
type Groups<T> = Map<string, Map<string, Kept<T>>>

/** Estimates what a document takes with its id. */
function weightOf (id: string, bytes: number): number {
  return bytes + 2 * id.length + 100
}

/**
 * Keeps documents within a bound: when those used last fill half of it, those that were not used since the last time are forgotten.
 * Two maps for a group instead of a list by last use: no key is put together for each of a question's hundred documents, and a look-up
 * costs a fraction.
 */
export function createKeptDocuments<T> (maxBytes: number): KeptDocuments<T> {
  let recent: Groups<T> = new Map()
  let before: Groups<T> = new Map()
  let recentBytes = 0
  let bytesBefore = 0

  function forget (groups: Groups<T>, group: string, id: string): number {
    const own = groups.get(group)
    const kept = own?.get(id)
    if (!kept) return 0
    own!.delete(id)
    return weightOf(id, kept.bytes)
  }

  function keep (group: string, id: string, value: T, bytes: number): void {
    recentBytes += weightOf(id, bytes) - forget(recent, group, id)
    bytesBefore -= forget(before, group, id)
    let own = recent.get(group)
    if (!own) {
      recent.set(group, own = new Map())
      recentBytes += weightOf(group, 0)
    }
    own.set(id, { value, bytes })
    if (recentBytes <= maxBytes / 2) return
    before = recent
    bytesBefore = recentBytes
    recent = new Map()
    recentBytes = 0
  }

  return {
    read (group, ids) {
      const own = recent.get(group)
      const older = before.get(group)
      const found = ids.map(id => own?.get(id) ?? older?.get(id))
      if (older) {
        ids.forEach((id, i) => {
          const kept = found[i]
          if (kept && older.get(id) === kept) keep(group, id, kept.value, kept.bytes)
        })
      }
      return found.map(kept => kept?.value)
    },
    keep,
    size () {
      const kept = [...recent.values(), ...before.values()].reduce((sum, own) => sum + own.size, 0)
      return { kept, kept_bytes: recentBytes + bytesBefore }
    },
  }
}
