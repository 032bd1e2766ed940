// Notes which passages answers cite, a few seconds' worth at a time: what is cited is the last to make room.
import { settlesWithin } from '../async/signals.ts'
import type { AnswerEvent } from '../types.ts'

export interface CitingOptions {
  /** Writes what a company's answers cited, each passage once. */
  cite (company: string, passages: string[], at: number): Promise<void>
  /** How long a citation waits for others, in milliseconds. */
  flushMs: number
  /** Passages that wait at most, of all companies. When there are more they are written at once; what comes meanwhile is let go. */
  maxEntries: number
  /** Told when something was not written; it is not tried again. */
  onError (error: unknown, company: string): void
  /** Ms since 1970. */
  now? (): number
}

export interface Citing {
  /** Notes the passages that an answer cites, if it was finished. Never throws. */
  note (company: string, events: readonly AnswerEvent[]): void
  /** Writes what waits, unless something is being written: resolves when that is done. Never rejects. */
  flush (): Promise<void>
  /** Writes all of it, and waits for that so many ms at most; nothing is noted any more. Never rejects. */
  close (mostMs: number): Promise<void>
}

export function createCiting ({ cite, flushMs, maxEntries, onError, now = Date.now }: CitingOptions): Citing {
  let waiting = new Map<string, Set<string>>()
  let entries = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let closed = false

  async function write (): Promise<void> {
    const [cited, at] = [waiting, now()]
    waiting = new Map()
    entries = 0
    for (const [company, passages] of cited) {
      try {
        await cite(company, [...passages], at)
      } catch (error) {
        onError(error, company)
      }
    }
  }

  function flush (): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing ??= write().finally(() => {
      writing = undefined
      schedule()
    })
    return writing
  }

  function schedule (): void {
    if (entries >= maxEntries) flush()
    else if (entries > 0) timer ??= setTimeout(flush, flushMs).unref()
  }

  return {
    note (company, events) {
      if (closed) return
      for (const passage of citedPassages(events)) {
        if (entries >= maxEntries) break
        const known = waiting.get(company) ?? new Set()
        waiting.set(company, known)
        if (known.has(passage)) continue
        known.add(passage)
        entries++
      }
      schedule()
    },
    flush,
    async close (mostMs) {
      closed = true
      // What is being written was taken out before the rest came.
      await settlesWithin(mostMs, Promise.resolve(writing).then(flush))
    },
  }
}

/** Ids of the documents' passages that an answer cites: none, when it failed or was not finished. */
export function citedPassages (events: readonly AnswerEvent[]): string[] {
  const last = events.at(-1)
  const found = events.find(event => event.type === 'sources')
  if (last?.type !== 'finish' || last.finish_reason === 'stopped' || found?.type !== 'sources') return []
  // What was found on the web has its address for an id.
  return found.sources.filter(({ n, id, index }) => last.citations.includes(n) && id.startsWith(`${index}/`)).map(({ id }) => id)
}
