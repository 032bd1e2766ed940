// Reads what other instances write: the answers that are followed here, and this instance's inbox, over one connection.
import { coded, errorEvent } from '../../errors.ts'
import type { Redis } from './connection.ts'
import type { AnswerEvent } from '../../types.ts'
import type { AnswerLog } from '../../answers/log.ts'
import type { Entry } from './answer-scripts.ts'

export interface FollowerOptions {
  /** A connection of its own, which is closed with the follower. */
  redis: Redis
  inbox: string
  /** Longest time that one read waits, in milliseconds. */
  blockMs: number
  /** Told that a followed answer has ended, also by being lost. */
  onEnd (log: AnswerLog): void
  /** Told of each message in the inbox. */
  onMessage (what: string, answerId: string): void
}

export interface Follower {
  /** Goes on with a log after the entry `last` of its stream. */
  add (log: AnswerLog, last: string): void
  remove (answerId: string): void
  ids (): string[]
  /** Ends an answer with a retryable error: its instance is gone. */
  lose (answerId: string): void
  /** When Redis was last heard of here, ms. */
  readonly heardAt: number
  close (): void
}

/** Appends what a log does not have yet; entries may overlap. Returns false when something is missing, or unreadable. */
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
  let closed = false
  let proceed = () => {}
  const cancel = redis.onReady(() => proceed())

  function lose (id: string): void {
    const one = followed.get(id)
    if (!one) return
    followed.delete(id)
    one.log.append(errorEvent(coded('ANSWER_LOST')))
    onEnd(one.log)
  }

  function take (stream: string, entries: Entry[]): void {
    const last = entries.at(-1)![0]
    if (stream === inbox) {
      inboxLast = last
      for (const [, [what, id]] of entries) if (what !== 'wake') onMessage(what!, id!)
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

  async function listen (): Promise<void> {
    for (;;) {
      if (closed) return
      try {
        const all = [...followed]
        const reply = await redis.send<[string, Entry[]][] | null>([
          'XREAD', 'BLOCK', String(blockMs), 'STREAMS', inbox, ...all.map(([id]) => answerKey(id)), inboxLast, ...all.map(([, { last }]) => last),
        ], blockMs + redis.timeoutMs)
        heardAt = performance.now()
        for (const [stream, entries] of reply ?? []) take(stream, entries)
      } catch {
        // The connection tells why, and comes back by itself; a server that refuses is not asked without a pause.
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, blockMs)
          proceed = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    }
  }

  listen()
  return {
    add (log, last) { followed.set(log.id, { log, last }) },
    remove (answerId) { followed.delete(answerId) },
    ids: () => [...followed.keys()],
    lose,
    get heardAt () { return heardAt },
    close () {
      closed = true
      cancel()
      redis.close()
      proceed()
    },
  }
}
