// Watches parts of the service in the background: each is probed apart from the others, and its state is known at once.
import { settlesWithin } from './signals.ts'

/** Returns null when the part works, otherwise why not. */
export type Probe = () => string | null | Promise<string | null>

export interface PartState {
  /** `unknown` until the first probe has ended. */
  state: 'unknown' | 'ok' | 'failing'
  /** Why it fails; null when it does not. */
  reason: string | null
  /** Since when it has been in this state, ms since 1970. */
  since: number
  /** The last time that it was seen failing. */
  lastFailure: { at: number, reason: string } | null
}

export interface PartMonitor {
  /** Probes every part now and from time to time, until `close`. Waits for the first results, no longer than `ms`. */
  start (ms: number): Promise<void>
  /** Probes every part that is not being probed, and waits for the results, no longer than `ms`. Never throws. */
  refresh (ms: number): Promise<void>
  /** Records the state of a part that needs no probe. */
  observe (part: string, reason: string | null): void
  /** Returns the state of every part, without waiting. */
  states (): Map<string, PartState>
  close (): void
}

export interface PartMonitorOptions {
  probes: Record<string, Probe>
  /** Called with every round of probes, to observe the parts that need none. */
  onRound? (observe: PartMonitor['observe']): void
  everyMs?: number
  /** A part whose probe takes longer fails. The probe goes on, and there is no second one meanwhile. */
  timeoutMs?: number
  /** Milliseconds since 1970. */
  now?: () => number
}

export function createPartMonitor (
  { probes, onRound = () => {}, everyMs = 5000, timeoutMs = 3000, now = Date.now }: PartMonitorOptions
): PartMonitor {
  const states = new Map<string, PartState>()
  const running = new Map<string, Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  for (const part of Object.keys(probes)) states.set(part, { state: 'unknown', reason: null, since: now(), lastFailure: null })

  function observe (part: string, reason: string | null): void {
    if (isClosed) return
    const state = reason === null ? 'ok' : 'failing'
    const before = states.get(part)
    states.set(part, {
      state,
      reason,
      since: before?.state === state ? before.since : now(),
      lastFailure: reason === null ? before?.lastFailure ?? null : { at: now(), reason },
    })
  }

  async function probe (part: string): Promise<void> {
    const late = setTimeout(() => observe(part, `no answer within ${timeoutMs / 1000} s`), timeoutMs)
    try {
      observe(part, await probes[part]!())
    } catch (error) {
      observe(part, (error as Error).message)
    } finally {
      clearTimeout(late)
      running.delete(part)
    }
  }

  function startRound (): Promise<unknown> {
    onRound(observe)
    for (const part of Object.keys(probes)) if (!running.has(part)) running.set(part, probe(part))
    return Promise.all(running.values())
  }

  return {
    async start (ms) {
      timer = setInterval(startRound, everyMs).unref()
      await settlesWithin(ms, startRound())
    },
    refresh: async ms => { await settlesWithin(ms, startRound()) },
    observe,
    states: () => new Map(states),
    close () {
      isClosed = true
      clearInterval(timer)
    },
  }
}
