// Shares the reading of files fairly between companies: a turn is one file, or a slice of time where a file takes longer.
import { createSlots } from '../async/slots.ts'

export interface Turn {
  /** Ends the turn and waits for the next one. Throws the signal's reason. */
  next (): Promise<void>
  /**
   * Frees the turn of a caller that only waits for its writes from now on; `end` is still to be called. Returns false, and
   * changes nothing, when too many wait so.
   */
  leave (): boolean
  end (): void
}

export interface Turns {
  of (company: string, signal: AbortSignal): Turn
  /** How many have a turn, or go on beside one. */
  readonly running: number
}

/** How many long files go on beside the turns of others; each has a process of its own. */
export const maxOvertime = 3

/**
 * @param sliceMs a file that takes longer gives up its turn and goes on, as long as few others do
 * @param maxWriting how many may wait for their writes without a turn; each keeps some hundreds of chunks in memory
 */
export function createTurns ({ concurrency, sliceMs, maxWriting = 0 }: {
  concurrency: number, sliceMs: number, maxWriting?: number,
}): Turns {
  const slots = createSlots(concurrency)
  let overtime = 0
  let writing = 0
  let running = 0

  return {
    of (company, signal) {
      let free: (() => void) | undefined
      let timer: NodeJS.Timeout | undefined
      let isOvertime = false
      let isWriting = false

      function overrun (): void {
        if (overtime >= maxOvertime) return
        overtime++
        isOvertime = true
        free?.()
      }

      function leave (): boolean {
        if (!free || writing >= maxWriting) return false
        clearTimeout(timer)
        free()
        if (isOvertime) overtime--
        isOvertime = false
        writing++
        isWriting = true
        return true
      }

      function end (): void {
        clearTimeout(timer)
        if (!free) return
        free()
        free = undefined
        running--
        if (isOvertime) overtime--
        if (isWriting) writing--
        isOvertime = isWriting = false
      }

      return {
        async next () {
          end()
          free = (await slots.take(Infinity, signal, company))!
          running++
          timer = setTimeout(overrun, sliceMs)
        },
        leave,
        end,
      }
    },
    get running () { return running },
  }
}
