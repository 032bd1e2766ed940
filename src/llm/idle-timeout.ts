// Notices when a model's server has been silent for too long.

export interface IdleTimeout {
  /** Starts the wait again: a token has arrived. */
  restart (): void
  /** Waits this long from now on, ms. */
  limitTo (ms: number): void
  /** Stops keeping the process alive. */
  unref (): void
  stop (): void
}

/**
 * Calls `onTimeout` once, `limitMs` after the last token or after the start. One timer looks at the clock when it fires: a
 * token costs a timestamp, not a timer.
 */
export function startIdleTimeout (limitMs: number, onTimeout: () => void): IdleTimeout {
  let limit = limitMs
  let lastToken = performance.now()
  let timer = setTimeout(check, limit)
  let confirmation: NodeJS.Immediate | undefined

  function check (): void {
    const remaining = lastToken + limit - performance.now()
    // Timers may fire a fraction of a millisecond early.
    if (remaining > 1) timer = setTimeout(check, remaining)
    else confirmation = setImmediate(confirm, lastToken)
  }

  // After a stall of the event loop the tokens may still be in the socket: it is read first.
  function confirm (before: number): void {
    if (lastToken === before) onTimeout()
    else check()
  }

  return {
    restart () {
      lastToken = performance.now()
    },
    limitTo (ms) {
      clearTimeout(timer)
      clearImmediate(confirmation)
      limit = ms
      lastToken = performance.now()
      timer = setTimeout(check, limit)
    },
    unref () {
      timer.unref()
    },
    stop () {
      clearTimeout(timer)
      clearImmediate(confirmation)
    },
  }
}
