// Shared by the back ends that keep turns until they are written: the counts of turns, and why one is lost.
import { coded } from '../errors.ts'

export interface TurnStats { written: number, lost: number, last_lost_at: string | null, unwritten: number, unwritten_seconds: number }

/** The most characters (UTF-16 units) that may wait to be written; beyond it turns are lost. */
const longestWaiting = 16 * 1024 * 1024

export const shutDownTooEarly = () => coded('CONVERSATIONS_UNAVAILABLE', 'The service was shut down before they were written.')

/** Returns why no turn is accepted any more; null as long as one is. @param chars how much waits */
export function turnRefusal (isClosed: boolean, chars: number): Error | null {
  if (isClosed) return coded('CONVERSATIONS_UNAVAILABLE', 'The service is shutting down.')
  return chars > longestWaiting ? coded('CONVERSATIONS_UNAVAILABLE', 'Too many turns are waiting to be written.') : null
}

/** Counts turns that are written, and those that are lost. */
export function createTurnCounts () {
  let written = 0
  let lost = 0
  let lastLostAt: number | null = null

  return {
    write (turns: number): void {
      written += turns
    },
    lose (turns: number): void {
      lost += turns
      lastLostAt = Date.now()
    },
    /** @param waiting the turns that are not written; `since` is of the monotonic clock, ms */
    stats (waiting: readonly { since: number }[]): TurnStats {
      const oldest = waiting.reduce((first, { since }) => Math.min(first, since), Infinity)
      return {
        written,
        lost,
        last_lost_at: lastLostAt === null ? null : new Date(lastLostAt).toISOString(),
        unwritten: waiting.length,
        unwritten_seconds: waiting.length === 0 ? 0 : Math.round((performance.now() - oldest) / 1000),
      }
    },
  }
}
