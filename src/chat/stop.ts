// Ends a text before the first of some sequences, while it streams by.

export interface StopFilter {
  /** The text that can be shown after this piece came; what may be the start of a sequence is held back. */
  push (text: string): string
  /** What was held back, at the end. */
  end (): string
  /** Whether a sequence has come: nothing is shown any more. */
  readonly stopped: boolean
}

/** @param stops none of them empty. The one that is complete first ends the text, wherever the pieces are cut. */
export function createStopFilter (stops: readonly string[]): StopFilter {
  let held = ''
  let stopped = false
  return {
    push (text) {
      if (stopped) return ''
      const all = held + text
      const start = stopAt(all, stops)
      stopped = start !== null
      const shown = all.slice(0, start ?? all.length - openAtEnd(all, stops))
      held = stopped ? '' : all.slice(shown.length)
      return shown
    },
    end () {
      const rest = held
      held = ''
      return rest
    },
    get stopped () { return stopped },
  }
}

/** Where the sequence begins that ends first; of two that end together, the longer one. null when there is none. */
function stopAt (text: string, stops: readonly string[]): number | null {
  let best: { start: number, end: number } | null = null
  for (const stop of stops) {
    const start = text.indexOf(stop)
    if (start < 0) continue
    const end = start + stop.length
    if (!best || end < best.end || (end === best.end && start < best.start)) best = { start, end }
  }
  return best && best.start
}

/** How many of the last characters may be the start of a sequence. */
function openAtEnd (text: string, stops: readonly string[]): number {
  let longest = 0
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) longest = length
    }
  }
  return longest
}
