// Remembers which conversations were deleted here, so that answers which were running then do not begin them anew.
import { LRUCache } from 'lru-cache'
import type { Subject } from '../types.ts'
import type { Owner } from './store.ts'

/** How long a deletion is remembered, ms: longer than any answer runs. */
export const deletionMs = 3_600_000
const maxDeletions = 100_000

export interface Deletions {
  note (owner: Owner, id: string): void
  /** Notes that every conversation of a company or of a user was deleted. */
  noteAll (subject: Subject): void
  /** Forgets a deletion that failed. */
  forget (owner: Owner, id: string): void
  /** Tells whether the conversation was deleted after a time of `performance.now`. */
  isDeletedSince (owner: Owner, id: string, since: number): boolean
}

export function createDeletions (): Deletions {
  // Sizes of 1: with `max` it would take the memory for all of them at once.
  const deleted = new LRUCache<string, number>({ maxSize: maxDeletions, sizeCalculation: () => 1, ttl: deletionMs })
  const nameOf = ({ company, user }: Owner, id: string) => JSON.stringify([company, user, id])
  const nameOfAll = ({ company, user }: Subject) => JSON.stringify(user === undefined ? [company] : [company, user])
  const isSince = (name: string, since: number) => (deleted.get(name) ?? -1) > since
  return {
    noteAll (subject) {
      deleted.set(nameOfAll(subject), performance.now())
    },
    note (owner, id) {
      deleted.set(nameOf(owner, id), performance.now())
    },
    forget (owner, id) {
      deleted.delete(nameOf(owner, id))
    },
    isDeletedSince: (owner, id, since) => deleted.size > 0 && (
      isSince(nameOf(owner, id), since) || isSince(nameOfAll(owner), since) || isSince(nameOfAll({ company: owner.company }), since)
    ),
  }
}
