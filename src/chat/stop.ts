// Ends a streamed text before the first of several stop sequences.

export interface StopFilter {
  /** Returns the text that can be shown after this delta; holds back anything that may be the start of a sequence. */
  push (text: string): string
  /** Returns the text that is still held back, at the end. */
  end (): string
  /** True once a sequence has appeared: nothing more is shown. */
  readonly stopped: boolean
}

/** @param stops none of them empty. The first to be complete ends the text, however the text is split into deltas. */
export function createStopFilter (stops: readonly string[]): StopFilter {
  let held = ''
  const filter = {
    stopped: false,
    push (text: string) {
      if (stops.length === 0) return text
      if (filter.stopped) return ''
      const all = held + text
      const start = stopAt(all, stops)
      filter.stopped = start !== null
      const shown = all.slice(0, start ?? all.length - openAtEnd(all, stops))
      held = filter.stopped ? '' : all.slice(shown.length)
      return shown
    },
    end () {
      const rest = held
      held = ''
      return rest
    },
  }
  return filter
}

/** Returns where the sequence that ends first begins (the longer one, if two end together), or null. */
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

/** Returns how many of the last characters may be the start of a sequence. */
function openAtEnd (text: string, stops: readonly string[]): number {
  let longest = 0
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) longest = length
    }
  }
  return longest
}
