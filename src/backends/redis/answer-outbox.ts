// Writes the answers made here to Redis, in small batches. It reads their logs like any other reader.
import { hash } from 'node:crypto'
import { settlesWithin } from '../../async/signals.ts'
import type { Redis } from './connection.ts'
import { isWhole, type AnswerLog } from '../../answers/log.ts'
import * as scripts from './answer-scripts.ts'

export interface OutboxOptions {
  redis: Redis
  instance: string
  /** How long a running answer stays in Redis without a sign of life from its instance, in milliseconds. */
  liveMs: number
  cacheTtlMs: number
  /** How long every ended answer stays. */
  keptMs: number
}

export interface Outbox {
  add (log: AnswerLog): void
  has (answerId: string): boolean
  /** Writes the new events of this answer at once. */
  flush (answerId: string): void
  /** Writes the events that could not be written before. */
  retry (): void
  /** Returns the answers whose time to live must be renewed, because nothing was written for a while. */
  silent (): string[]
  readonly size: number
  /** Resolves when everything is written, or after `waitMs`. Call it when the answers have ended. */
  drain (waitMs: number): Promise<void>
}

/** How long events are collected. The first token and the end do not wait for others. */
const batchMs = 30

interface Outgoing {
  log: AnswerLog
  hash: string
  /** A hash of the user who asked; empty for none. */
  user: string
  /** The number of events that Redis has. */
  sent: number
  /** `stuck` = it could not be written yet, and will be tried again. */
  state: 'waiting' | 'due' | 'writing' | 'stuck'
  /** True once the first token has been written. */
  flowing: boolean
  /** True if Redis may have it, so that another instance may wait for its end. */
  known: boolean
  /** When it was last written, or started, in milliseconds of the monotonic clock. */
  at: number
}

/** Returns the name of an answer's key in Redis; empty for an answer that is not shared. */
export function keyHash (key: string | null): string {
  return key === null ? '' : hash('sha256', key, 'base64url')
}

export function createOutbox ({ redis, instance, liveMs, cacheTtlMs, keptMs }: OutboxOptions): Outbox {
  const outgoing = new Map<string, Outgoing>()
  const due = new Set<Outgoing>()
  let batch: NodeJS.Timeout | undefined
  let drained = () => {}

  function remove (out: Outgoing): void {
    outgoing.delete(out.log.id)
    if (outgoing.size === 0) drained()
  }

  function waitForMore (out: Outgoing): void {
    out.state = 'waiting'
    out.log.wait(out.sent, () => { if (out.state === 'waiting') onEvents(out) })
  }

  function onEvents (out: Outgoing): void {
    const { log } = out
    if (log.ended || (!out.flowing && log.at(log.length - 1).type === 'delta')) {
      write(out)
      return
    }
    // An urgent event must be noticed all the same.
    log.wait(log.length, () => { if (out.state === 'due') onEvents(out) })
    if (out.state === 'due') return
    out.state = 'due'
    due.add(out)
    batch ??= setTimeout(() => {
      batch = undefined
      const all = [...due]
      due.clear()
      for (const one of all) if (one.state === 'due') write(one)
    }, batchMs)
  }

  async function write (out: Outgoing): Promise<void> {
    const { log } = out
    const to = log.length
    const { ended } = log
    if (!redis.ready) {
      out.state = 'stuck'
      return
    }
    out.state = 'writing'
    const events = []
    for (let n = out.sent; n < to; n++) {
      const event = log.at(n)
      // A token is stored as its bare text, since there are many of them.
      events.push(event.type === 'delta' ? event.text : event)
    }
    const cacheMs = ended && log.key !== null && isWhole(log.at(to - 1)) ? cacheTtlMs : 0
    out.known = true
    try {
      const held = await redis.run<number>(scripts.write, [], [
        redis.prefix, instance, log.id, log.company, out.hash, String(liveMs), String(out.sent), JSON.stringify(events),
        ended ? '1' : '', String(cacheMs), String(Math.max(cacheMs, keptMs)), out.user,
      ])
      out.at = performance.now()
      // Redis was restarted, or took this instance for dead: write the whole answer again, which cannot be refused.
      out.sent = held === 1 ? to : 0
    } catch {
      // The connection counts and reports the failure; here it is enough that nothing is lost.
      out.state = 'stuck'
      return
    }
    out.flowing ||= typeof events.at(-1) === 'string'
    if (out.sent === 0) return write(out)
    if (ended) remove(out)
    else waitForMore(out)
  }

  function retry (): void {
    const now = performance.now()
    for (const out of outgoing.values()) {
      if (out.state !== 'stuck') continue
      // No other instance knows of it, or waits for it any more.
      const isNeedless = now - out.at > liveMs || (!out.known && !redis.ready)
      if (out.log.ended && isNeedless) remove(out)
      else if (redis.ready) write(out)
    }
  }

  return {
    add (log) {
      const out: Outgoing = {
        log, hash: keyHash(log.key), user: log.user() ?? '', sent: 0, state: 'waiting', flowing: false, known: false, at: performance.now(),
      }
      outgoing.set(log.id, out)
      waitForMore(out)
    },
    has: answerId => outgoing.has(answerId),
    flush (answerId) {
      const out = outgoing.get(answerId)
      if (out && out.state !== 'writing' && out.sent < out.log.length) write(out)
    },
    retry,
    silent () {
      const before = performance.now() - liveMs / 3
      return [...outgoing.values()].filter(({ known, at }) => known && at < before).map(({ log }) => log.id)
    },
    get size () { return outgoing.size },
    async drain (waitMs) {
      retry()
      if (outgoing.size === 0 || !redis.ready) return
      await settlesWithin(waitMs, new Promise<void>(resolve => { drained = resolve }))
      clearTimeout(batch)
    },
  }
}
