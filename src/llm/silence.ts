// Notices when a model's server has been silent for too long.

export interface SilenceWatch {
  /** A token has come. */
  heard (): void
  /** From now on this much silence is enough, ms; the watch no longer keeps the process alive. */
  shorten (ms: number): void
  stop (): void
}

/**
 * Starts a watch that calls `onSilent` once, `limitMs` after the last token or after now; the time in which nobody
 * `isListening` does not count. One timer that looks at the clock when it fires: a token costs a timestamp, not a timer.
 */
export function watchSilence (limitMs: number, isListening: () => boolean, onSilent: () => void): SilenceWatch {
  let limit = limitMs
  let last = performance.now()
  let timer = setTimeout(check, limit)
  let asked: NodeJS.Immediate | undefined

  function check (): void {
    if (!isListening()) last = performance.now()
    const left = last + limit - performance.now()
    // Timers may fire a fraction of a millisecond early.
    if (left > 1) timer = setTimeout(check, left)
    else asked = setImmediate(confirm, last)
  }

  // After a stall of the event loop the tokens may lie in the socket, unread: let it be read first.
  function confirm (before: number): void {
    if (last === before && isListening()) onSilent()
    else check()
  }

  return {
    heard () {
      last = performance.now()
    },
    shorten (ms) {
      clearTimeout(timer)
      clearImmediate(asked)
      limit = ms
      last = performance.now()
      timer = setTimeout(check, limit).unref()
    },
    stop () {
      clearTimeout(timer)
      clearImmediate(asked)
    },
  }
}
