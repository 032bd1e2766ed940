// The append-only list of an answer's events, with any number of readers, each at its own offset.
import { atEndOfTurn } from '../async/end-of-turn.ts'
import { hashOfUser } from '../ids.ts'
import type { AnswerEvent, AnswerEvents, StartEvent } from '../types.ts'

/** Why a producer's signal was aborted. */
export type AbortCause = 'stopped' | 'length' | 'abandoned' | 'shutdown' | 'displaced'

/** Turns one event into the bytes of a wire format. Pure. */
export interface Encoder {
  /** The name of the format; encoded events are cached under it. */
  readonly name: string
  /** True if its text is for one reader alone: it is given each event once, in order, and its text is not cached. */
  readonly isOwn?: boolean
  /**
   * @param n the event's offset in its answer, from 0
   * @param events the answer's events; only those before `n` may be read
   */
  encode (event: AnswerEvent, answerId: string, n: number, events: readonly AnswerEvent[]): string
}

/** A whole answer as bytes. Those of `rest` are shared by all who get it: they must not be written to. */
export interface WholeAnswer {
  /** Each character is a byte: a socket takes it together with the head of the response. */
  head: string
  rest: Buffer
}

/** The events of an answer as its readers see them. */
export interface ReadableLog {
  readonly id: string
  readonly company: string
  /** The cache key; null if the answer serves only this request. */
  readonly key: string | null
  /** Returns a hash of the user who asked for it first; null if nobody did, or it is not known here. */
  user (): string | null
  /** The number of events so far; event `n` has the wire id `<id>.<n>`. */
  readonly length: number
  readonly ended: boolean
  at (n: number): AnswerEvent | undefined
  /** Returns every event so far. */
  events (): readonly AnswerEvent[]
  /** Calls back once, when there are events from `from` on, or the log has ended. Returns a function that cancels it. */
  wait (from: number, ready: () => void): () => void
  /** Calls back with every event when the log has ended; does not count as a reader. */
  whenEnded (told: (events: AnswerEvents) => void): void
  /** Returns events `from` to the last one as the format's text, `start` (event 0) as this reader sees it. */
  encoded (encoder: Encoder, from: number, own: ReaderStart): string
  /** Returns the bytes of all events of an ended log as one reader sees it. */
  whole (encoder: Encoder, own: ReaderStart): WholeAnswer
}

export interface AnswerLog extends ReadableLog {
  /** The estimated size of the events as JSON. */
  readonly bytes: number
  at (n: number): AnswerEvent
  append (event: AnswerEvent): void
  /** True if someone waits for the end. */
  readonly isAwaited: boolean
}

/** The part of `start` that differs between readers. */
export type ReaderStart = Pick<StartEvent, 'conversation_id' | 'cache'>

/** @param user who asks for it; its hash is made only when it is asked for */
export function createLog (id: string, company: string, key: string | null, user?: string): AnswerLog {
  const events: AnswerEvent[] = []
  const texts = new Map<string, string[]>()
  const waiting = new Set<() => void>()
  const waitingForEnd: ((events: AnswerEvents) => void)[] = []
  let waking = false

  const wake = () => {
    waking = false
    const ready = [...waiting]
    waiting.clear()
    for (const call of ready) call()
  }
  const end = () => {
    log.ended = true
    log.isAwaited = false
    for (const told of waitingForEnd.splice(0)) told(events)
  }
  /** Encodes each event once per format, however many readers there are. */
  const encodedUpTo = (encoder: Encoder): string[] => {
    let list = texts.get(encoder.name)
    if (!list) texts.set(encoder.name, list = [])
    for (let n = list.length; n < events.length; n++) list.push(encoder.encode(events[n]!, id, n, events))
    return list
  }
  const encoded = (encoder: Encoder, from: number, own: ReaderStart): string => {
    if (encoder.isOwn) return encodeFrom(encoder, id, events, from, own)
    const list = encodedUpTo(encoder)
    // One event, as nearly always while a model writes.
    if (from > 0 && from === list.length - 1) return list[from]!
    const rest = list.slice(Math.max(from, 1)).join('')
    return from > 0 || events.length === 0 ? rest : encoder.encode(seenBy(events[0]!, own), id, 0, events) + rest
  }
  const log = {
    id,
    company,
    key,
    user: () => user === undefined ? null : hashOfUser(company, user),
    length: 0,
    ended: false,
    bytes: 0,
    isAwaited: false,
    at: (n: number) => events[n]!,
    events: () => events,
    append (event: AnswerEvent) {
      if (log.ended) return
      log.length = events.push(event)
      log.bytes += sizeOf(event)
      // Wakes readers once for all events of this turn of the loop: tokens that arrived in one packet leave in one.
      if (!waking && waiting.size > 0) {
        waking = true
        atEndOfTurn(wake)
      }
      // Last: one that throws leaves no reader waiting.
      if (event.type === 'finish' || event.type === 'error') end()
    },
    wait (from: number, ready: () => void) {
      if (events.length > from || log.ended) {
        ready()
        return () => {}
      }
      waiting.add(ready)
      return () => waiting.delete(ready)
    },
    whenEnded (told: (events: AnswerEvents) => void) {
      if (log.ended) return told(events)
      waitingForEnd.push(told)
      log.isAwaited = true
    },
    encoded,
    whole: (encoder: Encoder, own: ReaderStart) => ({ head: '', rest: Buffer.from(encoded(encoder, 0, own)) }),
  }
  return log
}

/** Returns the first event as one reader sees it. An answer that fails before it starts has no `start`. */
export function seenBy (first: AnswerEvent, own: ReaderStart): AnswerEvent {
  return first.type === 'start' ? { ...first, ...own } : first
}

/** Returns events `from` to the last one as a format's text, the first event as one reader sees it. */
export function encodeFrom (encoder: Encoder, answerId: string, events: readonly AnswerEvent[], from: number, own: ReaderStart): string {
  const seen = (event: AnswerEvent, n: number) => n === 0 ? seenBy(event, own) : event
  return events.slice(from).map((event, i) => encoder.encode(seen(event, from + i), answerId, from + i, events)).join('')
}

/** Returns true if the answer ended by itself and is complete: only then can it be given to others. */
export function isWhole (last: AnswerEvent): boolean {
  return last.type === 'finish' && !['stopped', 'content_filter'].includes(last.finish_reason) && !last.degraded
}

/** Returns the bytes that an event costs: its text, and roughly its envelope on the wire. */
function sizeOf (event: AnswerEvent): number {
  return 64 + (event.type === 'delta' ? utf8Length(event.text) : Buffer.byteLength(JSON.stringify(event)))
}

/** Returns at least the bytes of a text in UTF-8: for a token, calling Buffer.byteLength takes longer than counting. */
function utf8Length (text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1
  }
  return bytes
}
