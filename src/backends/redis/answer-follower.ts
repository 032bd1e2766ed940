// Reads the writes of other instances over one connection: the answers that are followed here, and this instance's inbox.
import { coded, errorEvent } from '../../errors.ts'
import type { Redis } from './connection.ts'
import { startReadLoop } from './read-loop.ts'
import type { AnswerEvent } from '../../types.ts'
import type { AnswerLog } from '../../answers/log.ts'
import type { Entry } from './answer-scripts.ts'

export interface FollowerOptions {
  /** The follower's own connection, which it closes. */
  redis: Redis
  inbox: string
  /** Longest wait of one read, in milliseconds. */
  blockMs: number
  /** Called when a followed answer has ended, or was lost. */
  onEnd (log: AnswerLog): void
  /** Called for each message in the inbox. */
  onMessage (what: string, answerId: string): void
}

export interface Follower {
  /** Follows a log from the entry after `last` of its stream. */
  add (log: AnswerLog, last: string): void
  remove (answerId: string): void
  ids (): string[]
  /** Ends an answer whose instance is gone, with a retryable error. */
  lose (answerId: string): void
  /** When Redis last answered here, in milliseconds of the monotonic clock. */
  readonly heardAt: number
  close (): void
}

/** Appends the events that a log does not have yet; entries may overlap. Returns false when an event is missing or unreadable. */
export function appendEntries (log: AnswerLog, entries: Entry[]): boolean {
  try {
    for (const [, [first, json]] of entries) {
      let n = Number(first)
      if (n > log.length) return false
      for (const event of JSON.parse(json!) as (AnswerEvent | string)[]) {
        if (n++ === log.length) log.append(typeof event === 'string' ? { type: 'delta', text: event } : event)
      }
    }
    return true
  } catch {
    return false
  }
}

export function createFollower ({ redis, inbox, blockMs, onEnd, onMessage }: FollowerOptions): Follower {
  const followed = new Map<string, { log: AnswerLog, last: string }>()
  let inboxLast = '0'
  let heardAt = performance.now()

  function lose (id: string): void {
    const one = followed.get(id)
    if (!one) return
    followed.delete(id)
    one.log.append(errorEvent(coded('ANSWER_LOST')))
    onEnd(one.log)
  }

  function appendFrom (stream: string, entries: Entry[]): void {
    const last = entries.at(-1)![0]
    if (stream === inbox) {
      inboxLast = last
      const messages = entries.filter(([, [what]]) => what !== 'wake')
      for (const [, [what, id]] of messages) onMessage(what!, id!)
      // They may name users. One that is not deleted goes with the inbox.
      if (messages.length > 0) redis.send(['XDEL', inbox, ...messages.map(([id]) => id)]).catch(() => {})
      return
    }
    const id = stream.slice(answerKey('').length)
    const one = followed.get(id)
    if (!one) return
    one.last = last
    if (!appendEntries(one.log, entries)) return lose(id)
    if (!one.log.ended) return
    followed.delete(id)
    onEnd(one.log)
  }

  const answerKey = (id: string) => `${redis.prefix}a:${id}`

  const loop = startReadLoop(redis, blockMs, async () => {
    const all = [...followed]
    const reply = await redis.send<[string, Entry[]][] | null>(
      [
        'XREAD',
        'BLOCK',
        String(blockMs),
        'STREAMS',
        inbox,
        ...all.map(([id]) => answerKey(id)),
        inboxLast,
        ...all.map(([, { last }]) => last),
      ],
      blockMs + redis.timeoutMs
    )
    heardAt = performance.now()
    for (const [stream, entries] of reply ?? []) appendFrom(stream, entries)
  })

  return {
    add (log, last) { followed.set(log.id, { log, last }) },
    remove (answerId) { followed.delete(answerId) },
    ids: () => [...followed.keys()],
    lose,
    get heardAt () { return heardAt },
    close: loop.close,
  }
}
