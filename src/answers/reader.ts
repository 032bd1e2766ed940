// Reads the log of an answer for one client.
import type { AnswerEvent, AnswerEvents, FinishEvent } from '../types.ts'
import type { Reader } from './answers.ts'
import { encodeFrom, seenBy, type ReadableLog, type ReaderStart } from './log.ts'

export interface AttachedReader extends Reader {
  /** The user who reads; undefined when it is not known. */
  readonly user: string | undefined
  /** Ends the answer for this reader alone, with `finish` and `stopped`; the reader counts as having left. */
  cutOff (): void
}

/**
 * @param from the first event that it has not seen; the log may have fewer events so far
 * @param left called once, when the reader is closed or cut off
 */
export function createReader (
  log: ReadableLog, from: number, own: ReaderStart, user: string | undefined, left: () => void,
): AttachedReader {
  let next = from
  let cancel = () => {}
  let waiting: (() => void) | undefined
  let closed = false
  let isAhead = from > log.length
  /** The events of a reader that was cut off. */
  let cut: AnswerEvent[] | undefined
  const toldAtEnd: ((events: AnswerEvents) => void)[] = []
  const eventsSoFar = () => log.events().map((event, n) => n === 0 ? seenBy(event, own) : event)

  function wait (at: number, ready: () => void): void {
    if (cut) return ready()
    waiting = ready
    cancel = log.wait(at, ready)
  }

  function leave (): void {
    if (closed) return
    closed = true
    cancel()
    left()
  }

  return {
    answerId: log.id,
    cache: own.cache,
    user,
    hasEnded: () => cut !== undefined || log.ended,
    isExhausted: () => cut ? next >= cut.length : log.ended && next >= log.length,
    take (encoder) {
      // What it waited for is lost: it has not seen this end.
      if (next > log.length - 1 && isAhead && log.ended && log.at(log.length - 1)?.type === 'error') next = log.length - 1
      isAhead &&= !log.ended
      if (next >= (cut ?? log).length) return ''
      const text = cut ? encodeFrom(encoder, log.id, cut, next, own) : log.encoded(encoder, next, own)
      next = (cut ?? log).length
      return text
    },
    whole (encoder) {
      if (cut || !log.ended || next > 0) return null
      next = log.length
      return log.whole(encoder, own)
    },
    wait (ready) {
      wait(next, ready)
    },
    all () {
      return new Promise(resolve => {
        const check = () => {
          if (cut) resolve(cut)
          else if (log.ended) resolve(eventsSoFar())
          else wait(log.length, check)
        }
        check()
      })
    },
    whenEnded (told) {
      if (cut) return told(cut)
      toldAtEnd.push(told)
      log.whenEnded(events => { if (!cut) told(events) })
    },
    cutOff () {
      if (closed || log.ended) return
      const events = eventsSoFar()
      cut = [...events, stoppedEnd(events)]
      // One that is ahead has not seen this end either, and is told of no other.
      next = Math.min(next, events.length)
      isAhead = false
      leave()
      for (const told of toldAtEnd) told(cut)
      waiting?.()
    },
    close: leave,
  }
}

/** Returns the last event of a reader that stopped while the answer goes on for others. */
function stoppedEnd (events: readonly AnswerEvent[]): FinishEvent {
  const text = events.map(event => event.type === 'delta' ? event.text : '').join('')
  const cited = new Set([...text.matchAll(/\[(\d{1,3})\]/g)].map(([, n]) => Number(n)))
  return {
    type: 'finish',
    finish_reason: 'stopped',
    answered_by: 'llm',
    citations: [...cited].sort((a, b) => a - b),
    degraded: false,
    usage: { input_tokens: 0, output_tokens: 0 },
    timings_ms: { prompt: 0, embed: 0, search: 0, first_token: 0, total: 0 },
  }
}
