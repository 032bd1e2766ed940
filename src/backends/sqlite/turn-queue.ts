// Collects the turns of conversations and writes them in small batches. What cannot be written waits, and is tried again.
import { backoffMs } from '../../async/retry.ts'
import { settlesWithin, unlessAborted } from '../../async/signals.ts'
import { createTurnCounts, turnRefusal, shutDownTooEarly, type TurnStats } from '../../conversations/unwritten-turns.ts'
import { CodedError } from '../../errors.ts'
import type { FlatTurns } from './tasks/conversations.ts'

export interface WaitingTurn {
  user: string
  id: string
  /** When it was asked for, ms since 1970. */
  at: number
  /** As JSON. */
  turn: string
  /** When it was added, by `performance.now`. */
  since: number
}

export interface TurnQueueOptions {
  /** Writes turns of a company, all or none. Throws coded errors. */
  write (company: string, turns: FlatTurns): Promise<void>
  /** How long turns are collected before they are written. */
  gatherMs: number
  /** Called when turns of a company are lost, or have been waiting for a while; not again until one is written. */
  onError (company: string, error: unknown): void
}

export interface TurnQueue {
  add (company: string, turn: WaitingTurn): void
  /** Refuses a turn, which counts as lost. */
  lose (company: string, turns: number, error: unknown): void
  /**
   * Waits until a conversation's turns are written, or cannot be for now. Returns those that are not written, the oldest
   * first. Throws the signal's reason.
   */
  settle (company: string, user: string, id: string, signal: AbortSignal): Promise<WaitingTurn[]>
  /** Removes and returns the turns of a conversation that wait, once none of them is being written. Throws the signal's reason. */
  drop (company: string, user: string, id: string, signal: AbortSignal): Promise<WaitingTurn[]>
  /** Does the same for all conversations of a company, or of one user. */
  dropAll (company: string, user: string | undefined, signal: AbortSignal): Promise<WaitingTurn[]>
  /** Waits until a user's turns are written, or cannot be for now. */
  settleAll (company: string, user: string, signal: AbortSignal): Promise<void>
  stats (): TurnStats
  /** Writes what waits, no longer than `ms`; the rest is lost. */
  close (ms: number): Promise<void>
}

/**
 * The most turns of a company that are written at once: this occupies the thread, which searches wait for, for 1 to 3 ms. Handing
 * a batch to the thread costs as much as 100 of its turns do.
 */
const batchTurns = 300
const backoff = { firstMs: 50, longestMs: 2000 }
/** So many tries take about a second: a file that is locked for longer is reported. */
const failuresToReport = 5

/** The turns of a company that wait to be written, those that are being written among them. */
interface Waiting {
  turns: WaitingTurn[]
  writing: Promise<void> | null
  /** Those that are being written. */
  batch: WaitingTurn[]
  failures: number
  timer: NodeJS.Timeout | undefined
}

export function createTurnQueue ({ write, gatherMs, onError }: TurnQueueOptions): TurnQueue {
  const companies = new Map<string, Waiting>()
  const counts = createTurnCounts()
  let chars = 0
  let isClosing = false
  let isClosed = false
  /** Companies whose trouble has been reported. */
  const reported = new Set<string>()

  function report (company: string, error: unknown): void {
    if (!reported.has(company)) onError(company, error)
    reported.add(company)
  }

  function lose (company: string, turns: number, error: unknown): void {
    counts.lose(turns)
    report(company, error)
  }

  /** Starts the next write of a company, unless one is running. */
  function flush (company: string): void {
    const waiting = companies.get(company)
    if (!waiting || waiting.writing) return
    clearTimeout(waiting.timer)
    waiting.timer = undefined
    const batch = waiting.batch = waiting.turns.slice(0, batchTurns)
    waiting.writing = write(company, flat(batch)).then(() => {
      counts.write(batch.length)
      waiting.failures = 0
      reported.delete(company)
      remove(company, waiting, batch)
    }, error => {
      if (!mayPass(error)) {
        remove(company, waiting, batch)
        return lose(company, batch.length, error)
      }
      waiting.failures++
      if (waiting.failures >= failuresToReport || !isBusy(error)) report(company, error)
    }).then(() => {
      waiting.writing = null
      waiting.batch = []
      if (isClosed || waiting.turns.length === 0) return
      if (waiting.failures > 0) waiting.timer = setTimeout(flush, backoffMs(waiting.failures, backoff), company).unref()
      else if (isClosing || waiting.turns.length >= batchTurns) flush(company)
      // Few turns at once would cost as much as many.
      else waiting.timer = setTimeout(flush, gatherMs, company).unref()
    })
  }

  function remove (company: string, waiting: Waiting, gone: readonly WaitingTurn[]): void {
    for (const { turn } of gone) chars -= turn.length
    // Nearly always they are the first ones.
    if (gone.every((turn, i) => turn === waiting.turns[i])) waiting.turns.splice(0, gone.length)
    else {
      const all = new Set(gone)
      waiting.turns = waiting.turns.filter(turn => !all.has(turn))
    }
    if (waiting.turns.length === 0) companies.delete(company)
  }

  function turnsOf (company: string, user: string, id: string): WaitingTurn[] {
    return companies.get(company)?.turns.filter(turn => turn.user === user && turn.id === id) ?? []
  }

  async function drop (company: string, isMeant: (turn: WaitingTurn) => boolean, signal: AbortSignal): Promise<WaitingTurn[]> {
    // Looked up again after each write: the next one has begun by then, or other turns wait.
    for (let waiting; (waiting = companies.get(company)) !== undefined;) {
      if (waiting.writing && waiting.batch.some(isMeant)) {
        await unlessAborted(waiting.writing, signal)
        continue
      }
      const dropped = waiting.turns.filter(isMeant)
      remove(company, waiting, dropped)
      return dropped
    }
    return []
  }

  return {
    lose,
    add (company, turn) {
      const refusal = turnRefusal(isClosed, chars)
      if (refusal) return lose(company, 1, refusal)
      let waiting = companies.get(company)
      if (!waiting) companies.set(company, waiting = { turns: [], writing: null, batch: [], failures: 0, timer: undefined })
      waiting.turns.push(turn)
      chars += turn.turn.length
      if ((isClosing || waiting.turns.length >= batchTurns) && waiting.failures === 0) flush(company)
      else waiting.timer ??= setTimeout(flush, gatherMs, company).unref()
    },
    async settle (company, user, id, signal) {
      for (;;) {
        const turns = turnsOf(company, user, id)
        const waiting = companies.get(company)
        if (turns.length === 0 || !waiting || waiting.failures > 0 || isClosed) return turns
        flush(company)
        await unlessAborted(waiting.writing!, signal)
      }
    },
    drop: (company, user, id, signal) => drop(company, turn => turn.user === user && turn.id === id, signal),
    dropAll: (company, user, signal) => drop(company, turn => user === undefined || turn.user === user, signal),
    async settleAll (company, user, signal) {
      for (;;) {
        const waiting = companies.get(company)
        if (!waiting?.turns.some(turn => turn.user === user) || waiting.failures > 0 || isClosed) return
        flush(company)
        await unlessAborted(waiting.writing!, signal)
      }
    },
    stats: () => counts.stats([...companies.values()].flatMap(({ turns }) => turns)),
    async close (ms) {
      isClosing = true
      const flushAll = async () => {
        for (const company of companies.keys()) flush(company)
        // Writes that succeed are followed by the next ones until nothing waits.
        while ([...companies.values()].some(({ writing, failures }) => writing && failures === 0)) {
          await Promise.all([...companies.values()].map(({ writing }) => writing))
        }
        await Promise.all([...companies.values()].map(({ writing }) => writing))
      }
      await settlesWithin(ms, flushAll())
      isClosed = true
      for (const [company, waiting] of companies) {
        clearTimeout(waiting.timer)
        // A write that is still running may succeed, so its turns do not count as lost.
        const left = waiting.turns.filter(turn => !waiting.batch.includes(turn))
        if (left.length === 0) continue
        remove(company, waiting, left)
        lose(company, left.length, shutDownTooEarly())
      }
    },
  }
}

/** Returns the turns as one list: an object for each would double the cost of the message. */
function flat (turns: readonly WaitingTurn[]): FlatTurns {
  const list: FlatTurns = []
  for (const { user, id, at, turn } of turns) list.push(user, id, at, turn)
  return list
}

/** Tells whether the same write may succeed later: the file is locked or full, or somebody gives the rights back. */
function mayPass (error: unknown): boolean {
  return error instanceof CodedError && error.code !== 'STORE_CORRUPT'
}

function isBusy (error: unknown): boolean {
  return error instanceof CodedError && error.code === 'SEARCH_UNAVAILABLE'
}
