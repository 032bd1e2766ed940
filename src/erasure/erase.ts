// Erases what the service keeps of a company or of one of its users, part by part, with a receipt.
import { coded } from '../errors.ts'
import type { Subject } from '../types.ts'

/** A part of the service that keeps data of companies or their users. */
export interface Keeper {
  /** What it keeps, as receipts name it. */
  what: string
  where: 'SQLite' | 'Redis' | 'Supabase' | 'Meilisearch' | 'disk' | 'memory'
  /** Erases what it keeps of the subject, however often it is called. Returns how many things that were. */
  erase (subject: Subject): Promise<number> | number
  /** Yields what it keeps about a user. */
  export? (owner: Required<Subject>): AsyncIterable<object>
  /** It keeps nothing about users. */
  isOfCompany?: true
  /** Each instance has its own, as of what is in memory or on the disk. */
  isLocal?: boolean
}

export interface Erased { what: string, where: Keeper['where'], count: number }

/**
 * Erases the subject everywhere, even if one part fails. Returns what was erased, in the order of the keepers.
 * Throws ERASURE_INCOMPLETE, which names the parts that failed: the same request can be sent again.
 */
export async function erase (
  keepers: readonly Keeper[], subject: Subject, onError: (what: string, error: unknown) => void
): Promise<Erased[]> {
  const erased: Erased[] = []
  const failed: string[] = []
  for (const keeper of keepers) {
    if (keeper.isOfCompany && subject.user !== undefined) continue
    const { what, where } = keeper
    try {
      erased.push({ what, where, count: await keeper.erase(subject) })
    } catch (error) {
      onError(what, error)
      failed.push(`${what} (${where})`)
    }
  }
  if (failed.length > 0) throw coded('ERASURE_INCOMPLETE', `Not erased: ${failed.join(', ')}.`)
  return erased
}
