// Stops answers at the service, also when it cannot be reached at that moment.
import { pause } from './following.ts'

/** An answer that nobody reads ends by itself soon after. */
const maxAttempts = 8

/**
 * Returns what stops an answer. It never throws.
 * @param send throws when the answer is not stopped
 * @param mayArrive tells whether to try again after this error: an answer that has ended in the meantime needs no stopping
 */
export function createStopping (
  send: (answerId: string) => Promise<unknown>, mayArrive: (error: unknown) => boolean
): (answerId: string) => Promise<void> {
  return async answerId => {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      try {
        await send(answerId)
        return
      } catch (error) {
        if (!mayArrive(error)) return
      }
      await pause(Math.min(250 * 2 ** attempt, 5000))
    }
  }
}
