// Keeps the turns of conversations until Redis has them: while it is away, and for a moment after, should a failover lose them.
import { settlesWithin } from '../../async/signals.ts'
import { backoffMs } from '../../async/retry.ts'
import { createTurnCounts, turnRefusal, shutDownTooEarly, type TurnStats } from '../../conversations/unwritten-turns.ts'
import type { Owner } from '../../conversations/store.ts'
import { coded } from '../../errors.ts'
import type { Subject } from '../../types.ts'
import type { Redis } from './connection.ts'

export interface OutgoingTurn {
  /** When it was added, ms since 1970. */
  at: number
  /** As JSON. */
  turn: string
  /** When its question was asked, by `performance.now`. */
  askedAt: number
  owner: Owner
  /** The conversation. */
  id: string
}

export interface TurnOutboxOptions {
  redis: Redis
  /** Adds one turn to the conversation. @param isRepeated Redis may have it already */
  write (key: string, turn: OutgoingTurn, isRepeated: boolean): Promise<unknown>
  /** Called when turns are lost, or wait; not again until one is written. */
  onError (error: unknown): void
}

export interface TurnOutbox {
  add (key: string, turn: OutgoingTurn): void
  /** Waits until a conversation's turns are written, or cannot be for now. Returns those that are not written. */
  settle (key: string): Promise<OutgoingTurn[]>
  /** Forgets a conversation's turns: it is being deleted. */
  drop (key: string): void
  /** Forgets the turns of a company, or of one of its users, once none of them is being written. */
  dropAll (subject: Subject): Promise<void>
  stats (): TurnStats
  close (): Promise<void>
}

/** A failover can lose what the old primary had confirmed this long before. */
const unsureMs = 10_000
/** The most characters of written turns that are kept for a failover. */
const longestUnsure = 4 * 1024 * 1024
const backoff = { firstMs: 100, longestMs: 2000 }

interface Entry extends OutgoingTurn {
  /** Of the monotonic clock, ms. */
  since: number
  isRepeated: boolean
  isCounted: boolean
}

export function createTurnOutbox ({ redis, write, onError }: TurnOutboxOptions): TurnOutbox {
  const waiting = new Map<string, Entry[]>()
  const writing = new Map<string, Promise<void>>()
  /** Turns that were written a moment ago, the oldest first. */
  let unsure: { key: string, entry: Entry, writtenAt: number }[] = []
  const counts = createTurnCounts()
  let chars = 0
  let unsureChars = 0
  let failures = 0
  let isReported = false
  let isClosed = false
  let hasConnected = false
  let timer: NodeJS.Timeout | undefined

  /** Returns the turns that no write has counted yet. */
  const uncounted = () => [...waiting.values()].flat().filter(({ isCounted }) => !isCounted)

  function report (error: unknown): void {
    if (!isReported) onError(coded('CONVERSATIONS_UNAVAILABLE', undefined, error))
    isReported = true
  }

  function lose (turns: number, error: unknown): void {
    counts.lose(turns)
    report(error)
  }

  /** Writes a conversation's turns in order. */
  async function send (key: string): Promise<void> {
    const entries = waiting.get(key)!
    while (entries.length > 0) {
      const entry = entries[0]!
      try {
        await write(key, entry, entry.isRepeated)
      } catch (error) {
        // It may have been written all the same: the reply may be lost.
        entry.isRepeated = true
        report(error)
        return retryLater()
      }
      failures = 0
      isReported = false
      if (!entry.isCounted) counts.write(1)
      entry.isCounted = true
      // It may have been dropped in the meantime.
      const place = entries.indexOf(entry)
      if (place === -1) continue
      entries.splice(place, 1)
      chars -= entry.turn.length
      keepUnsure(key, entry)
    }
    if (waiting.get(key) === entries) waiting.delete(key)
  }

  function flush (key: string): void {
    if (writing.has(key)) return
    const sent = send(key).finally(() => {
      writing.delete(key)
    })
    writing.set(key, sent)
  }

  function flushAll (): void {
    clearTimeout(timer)
    timer = undefined
    for (const key of waiting.keys()) flush(key)
  }

  /** Without a connection, the next one starts the writing. */
  function retryLater (): void {
    if (isClosed || timer !== undefined || !redis.ready) return
    timer = setTimeout(flushAll, backoffMs(++failures, backoff)).unref()
  }

  function keepUnsure (key: string, entry: Entry): void {
    const now = performance.now()
    unsure.push({ key, entry, writtenAt: now })
    unsureChars += entry.turn.length
    while (unsure.length > 0 && (now - unsure[0]!.writtenAt > unsureMs || unsureChars > longestUnsure)) {
      unsureChars -= unsure.shift()!.entry.turn.length
    }
  }

  /** Writes again what the server before this one may have taken with it. */
  function repeatUnsure (): void {
    const now = performance.now()
    const repeated = Map.groupBy(unsure.filter(({ writtenAt }) => now - writtenAt <= unsureMs), ({ key }) => key)
    unsure = []
    unsureChars = 0
    for (const [key, written] of repeated) {
      const entries = written.map(({ entry }) => ({ ...entry, isRepeated: true, since: now }))
      const others = waiting.get(key)
      if (others) others.unshift(...entries)
      else waiting.set(key, entries)
      for (const { turn } of entries) chars += turn.length
    }
  }

  function drop (key: string): void {
    for (const { turn } of waiting.get(key) ?? []) chars -= turn.length
    waiting.get(key)?.splice(0)
    waiting.delete(key)
    unsure = unsure.filter(one => one.key !== key)
    unsureChars = unsure.reduce((sum, { entry }) => sum + entry.turn.length, 0)
  }

  const cancel = redis.onReady(() => {
    if (hasConnected) repeatUnsure()
    hasConnected = true
    flushAll()
  })

  return {
    add (key, turn) {
      const refusal = turnRefusal(isClosed, chars)
      if (refusal) return lose(1, refusal)
      const entry = { ...turn, since: performance.now(), isRepeated: false, isCounted: false }
      const entries = waiting.get(key)
      if (entries) entries.push(entry)
      else waiting.set(key, [entry])
      chars += turn.turn.length
      // While earlier ones wait for their next try, this one waits with them.
      if (redis.ready && timer === undefined) flush(key)
      else if (!redis.ready) report(new Error(`Redis: ${redis.stats().problem}`))
    },
    async settle (key) {
      if (waiting.has(key) && redis.ready && timer === undefined) flush(key)
      await writing.get(key)
      return [...waiting.get(key) ?? []]
    },
    drop,
    async dropAll ({ company, user }) {
      const isOwn = ({ owner }: OutgoingTurn) => owner.company === company && (user === undefined || owner.user === user)
      const keys = new Set([...waiting].filter(([, entries]) => entries.some(isOwn)).map(([key]) => key))
      for (const { key, entry } of unsure) if (isOwn(entry)) keys.add(key)
      for (const key of keys) {
        await writing.get(key)
        drop(key)
      }
    },
    stats: () => counts.stats(uncounted()),
    async close () {
      cancel()
      if (redis.ready) flushAll()
      // Each write is bounded by the connection's time-out.
      await settlesWithin(2 * redis.timeoutMs, Promise.all(writing.values()))
      isClosed = true
      clearTimeout(timer)
      const left = uncounted().length
      waiting.clear()
      if (left > 0) lose(left, shutDownTooEarly())
    },
  }
}
