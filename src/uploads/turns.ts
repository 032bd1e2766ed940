// Shares the reading of files fairly between companies: a turn is one file, or a slice of time where a file takes longer.
import { createSlots } from '../async/slots.ts'

export interface Turn {
  /** Ends the turn and waits for the next one. Throws the signal's reason. */
  next (): Promise<void>
  end (): void
}

export interface Turns {
  of (company: string, signal: AbortSignal): Turn
  /** How many companies have a turn, or go on beside one. */
  readonly running: number
}

/** How many long files go on beside the turns of others; each has a process of its own. */
export const maxOvertime = 3

/** @param sliceMs a file that takes longer gives up its turn and goes on, as long as few others do */
export function createTurns ({ concurrency, sliceMs }: { concurrency: number, sliceMs: number }): Turns {
  const slots = createSlots(concurrency)
  let overtime = 0
  let running = 0

  return {
    of (company, signal) {
      let leave: (() => void) | undefined
      let timer: NodeJS.Timeout | undefined
      let isOvertime = false

      function overrun (): void {
        if (overtime >= maxOvertime) return
        overtime++
        isOvertime = true
        leave?.()
      }

      function end (): void {
        clearTimeout(timer)
        if (!leave) return
        leave()
        leave = undefined
        running--
        if (isOvertime) overtime--
        isOvertime = false
      }

      return {
        async next () {
          end()
          leave = (await slots.take(Infinity, signal, company))!
          running++
          timer = setTimeout(overrun, sliceMs)
        },
        end,
      }
    },
    get running () { return running },
  }
}
