// Keeps an answer that has ended as bytes: they are sent again as they are, and its events are read back from them when needed.
import type { AnswerEvent, AnswerEvents } from '../types.ts'
import { encodeFrom, seenBy, type AnswerLog, type Encoder, type ReadableLog, type ReaderStart } from './log.ts'

/** The format that kept answers are stored in. */
export interface KeptFormat extends Encoder {
  /** Returns the events that a text was encoded from. */
  decode (text: string): AnswerEvent[]
}

export interface EndedLog extends ReadableLog, AnswerEvents {
  readonly last: AnswerEvent
  /** Returns the bytes that the answer takes in memory, together with its formats. */
  size (): number
}

/** An answer in one format: its first event around the id of the reader's conversation, and the bytes of all the others. */
interface Block {
  /** Null when the first event differs in more between its readers. */
  before: string | null
  after: string
  rest: Buffer
}

/** What an answer takes beside its bytes, and a format of it, measured: objects and entries of tables. */
const objectBytes = 2400
const blockBytes = 1000

/** @param onGrown called when the answer takes more memory: another format was asked for */
export function createEndedLog (log: AnswerLog, format: KeptFormat, onGrown: () => void): EndedLog {
  const { id, company, key, length } = log
  const user = log.user()
  const [first, last] = [log.at(0), log.at(length - 1)]
  const blocks = new Map<string, Block>()
  // The text is in the turn of a conversation as well, which is made once for all.
  const text = log.events().reduce((sum, event) => event.type === 'delta' ? sum + event.text.length : sum, 0)
  let size = objectBytes + 2 * (text + (key?.length ?? 0) + JSON.stringify([first, last]).length)
  let read: WeakRef<AnswerEvent[]> | undefined

  /** Returns the events; nothing but their readers keeps them. */
  function events (): AnswerEvent[] {
    const known = read?.deref()
    if (known) return known
    const all = [first, ...format.decode(kept.rest.toString())]
    read = new WeakRef(all)
    return all
  }

  const encoded = (encoder: Encoder, from: number, own: ReaderStart) => encodeFrom(encoder, id, events(), from, own)
  const startFor = (encoder: Encoder, own: ReaderStart) => asBytes(encoder.encode(seenBy(first, own), id, 0, []))

  function add (encoder: Encoder, rest: string): Block {
    const block = { ...startAround(own => startFor(encoder, own)), rest: toBuffer(rest) }
    blocks.set(encoder.name, block)
    size += blockBytes + block.rest.length
    return block
  }

  function blockFor (encoder: Encoder, own: ReaderStart): Block {
    const known = blocks.get(encoder.name)
    if (known) return known
    const block = add(encoder, encoded(encoder, 1, own))
    onGrown()
    return block
  }

  const kept = add(format, log.encoded(format, 1, { conversation_id: '', cache: 'hit' }))
  const ended: EndedLog = {
    id,
    company,
    key,
    user: () => user,
    length,
    last,
    ended: true,
    size: () => size,
    at: n => n === 0 ? first : n === -1 || n === length - 1 ? last : events().at(n),
    [Symbol.iterator]: () => events()[Symbol.iterator](),
    events,
    wait (_, ready) {
      ready()
      return () => {}
    },
    whenEnded (told) { told(ended) },
    encoded,
    whole (encoder, own) {
      if (encoder.isOwn) return { head: '', rest: Buffer.from(encoded(encoder, 0, own)) }
      const { before, after, rest } = blockFor(encoder, own)
      const isKnown = own.cache === 'hit' && before !== null && plainId.test(own.conversation_id)
      return { head: isKnown ? before + own.conversation_id + after : startFor(encoder, own), rest }
    },
  }
  return ended
}

/** Returns the bytes of a text, each byte as one character. */
function asBytes (text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** Returns a buffer with memory of its own: a small one would otherwise hold on to memory that it shares with others. */
function toBuffer (text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text))
  bytes.write(text)
  return bytes
}

/** Every format writes such an id as it is. */
const plainId = /^[\w-]+$/

/** Returns what a kept answer's first event is around the id of its reader's conversation, the only part that differs. */
function startAround (encode: (own: ReaderStart) => string): Pick<Block, 'before' | 'after'> {
  const [one, other] = ['conversation-1', 'another_conversation'].map(conversation_id => encode({ conversation_id, cache: 'hit' }))
  const [before, after, ...more] = one!.split('conversation-1')
  const isAround = after !== undefined && more.length === 0 && other === `${before}another_conversation${after}`
  return { before: isAround ? before! : null, after: after ?? '' }
}
