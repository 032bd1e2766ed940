// The append-only list of an answer's events, with any number of readers, each at its own offset.
import type { AnswerEvent, StartEvent } from '../types.ts'

/** Why a producer's signal was aborted. */
export type AbortCause = 'stopped' | 'length' | 'abandoned' | 'shutdown'

/** Turns one event into the bytes of a wire format. Pure. */
export interface Encoder {
  /** Name of the format; encoded events are kept under it. */
  readonly name: string
  /**
   * @param n the event's place in its answer, from 0
   * @param events the answer's events, of which those before `n` may be looked at
   */
  encode (event: AnswerEvent, answerId: string, n: number, events: readonly AnswerEvent[]): string
}

export interface AnswerLog {
  readonly id: string
  readonly company: string
  /** Cache key; null when the answer is for this one request only. */
  readonly key: string | null
  /** Number of events so far; event `n` has the wire id `<id>.<n>`. */
  readonly length: number
  readonly ended: boolean
  /** Size of the events as JSON, estimated. */
  readonly bytes: number
  at (n: number): AnswerEvent
  append (event: AnswerEvent): void
  /** Calls back once, when there are events from `from` on, or the log has ended. Returns what cancels it. */
  wait (from: number, ready: () => void): () => void
  /** Calls back with every event when the log has ended; whoever waits for it is no reader. */
  whenEnded (told: (events: readonly AnswerEvent[]) => void): void
  /** Events `from` to the last one as the format's text, `start` (event 0) as this reader sees it. */
  encoded (encoder: Encoder, from: number, own: ReaderStart): string
  /** All events after `start` of an ended log in one piece, made once. */
  tail (encoder: Encoder): Buffer
}

/** The part of `start` that differs from reader to reader. */
export type ReaderStart = Pick<StartEvent, 'conversation_id' | 'cache'>

export function createLog (id: string, company: string, key: string | null): AnswerLog {
  const events: AnswerEvent[] = []
  const texts = new Map<string, string[]>()
  /** Of the format that was asked for last: all of them would be more than the answer itself. */
  let kept: { format: string, tail: Buffer } | undefined
  const waiting = new Set<() => void>()
  const waitingForEnd: ((events: readonly AnswerEvent[]) => void)[] = []
  let bytes = 0
  let ended = false
  let waking = false

  const wake = () => {
    waking = false
    const ready = [...waiting]
    waiting.clear()
    for (const call of ready) call()
  }
  /** Each event is encoded once per format, however many readers there are. */
  const encodedUpTo = (encoder: Encoder): string[] => {
    let list = texts.get(encoder.name)
    if (!list) texts.set(encoder.name, list = [])
    for (let n = list.length; n < events.length; n++) list.push(encoder.encode(events[n]!, id, n, events))
    return list
  }
  return {
    id,
    company,
    key,
    get length () { return events.length },
    get ended () { return ended },
    get bytes () { return bytes },
    at: n => events[n]!,
    append (event) {
      if (ended) return
      events.push(event)
      bytes += sizeOf(event)
      ended = event.type === 'finish' || event.type === 'error'
      if (ended) for (const told of waitingForEnd.splice(0)) told(events)
      // One wake-up for all events of this turn of the loop: tokens that arrived in one packet leave in one.
      if (!waking && waiting.size > 0) {
        waking = true
        setImmediate(wake)
      }
    },
    wait (from, ready) {
      if (events.length > from || ended) {
        ready()
        return () => {}
      }
      waiting.add(ready)
      return () => waiting.delete(ready)
    },
    whenEnded (told) {
      if (ended) told(events)
      else waitingForEnd.push(told)
    },
    encoded (encoder, from, own) {
      const list = encodedUpTo(encoder)
      const rest = list.slice(Math.max(from, 1)).join('')
      return from > 0 || events.length === 0 ? rest : encoder.encode(seenBy(events[0]!, own), id, 0, events) + rest
    },
    tail (encoder) {
      if (kept?.format !== encoder.name) {
        kept = { format: encoder.name, tail: Buffer.from(encodedUpTo(encoder).slice(1).join('')) }
        texts.delete(encoder.name)
      }
      return kept.tail
    },
  }
}

/** The first event as one reader sees it. An answer that fails before it starts has no `start`. */
export function seenBy (first: AnswerEvent, own: ReaderStart): AnswerEvent {
  return first.type === 'start' ? { ...first, ...own } : first
}

/** Bytes that an event costs: its text, and about what stands around it on the wire. */
function sizeOf (event: AnswerEvent): number {
  return 64 + (event.type === 'delta' ? utf8Length(event.text) : Buffer.byteLength(JSON.stringify(event)))
}

/** At least the bytes of a text as UTF-8: for a token the call of Buffer.byteLength takes longer than the counting. */
function utf8Length (text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1
  }
  return bytes
}
