// Passes news between instances through one stream in Redis, which each of them reads over a connection of its own.
import { newId } from '../../answers/id.ts'
import type { News, Topic } from '../../instances/news.ts'
import type { Redis } from './connection.ts'
import { startReadLoop } from './read-loop.ts'

type Entry = [id: string, fields: string[]]

/** Older news is dropped: an instance that was away for so long is told that it has missed some. */
const keptNews = 10_000
const blockMs = 1000
/** What is still of use later: others read it again. The most of it that waits for the connection; beyond it the oldest goes. */
const toldLater = new Set<Topic>(['profile', 'keys', 'documents'])
const maxUntold = 1000

/** @param redis the owner closes it, after the news */
export function createRedisNews ({ redis, onError }: { redis: Redis, onError (error: unknown): void }): News {
  const stream = `${redis.prefix}news`
  const instance = newId()
  const listeners = new Map<Topic, ((detail: string | null) => void)[]>()
  const reading = redis.another()
  /** The id of the last entry that was read; null = to be asked for. */
  let last: string | null = null
  let hasRead = false
  /** What could not be told yet, each once. */
  const untold = new Map<string, [topic: Topic, detail: string]>()
  const cancels = [
    reading.onReady(() => { last = null }),
    redis.onReady(() => {
      const waiting = [...untold.values()]
      untold.clear()
      for (const [topic, detail] of waiting) tell(topic, detail)
    }),
  ]

  function tell (topic: Topic, detail: string): void {
    const keep = () => {
      if (!toldLater.has(topic)) return
      untold.set(`${topic} ${detail}`, [topic, detail])
      if (untold.size > maxUntold) untold.delete(untold.keys().next().value!)
    }
    if (!redis.ready) return keep()
    // The connection counts its failures.
    redis.send(['XADD', stream, 'MAXLEN', '~', String(keptNews), '*', topic, detail, 'from', instance]).catch(keep)
  }

  function call (topic: Topic, detail: string | null): void {
    for (const listener of listeners.get(topic) ?? []) {
      try {
        listener(detail)
      } catch (error) {
        onError(error)
      }
    }
  }

  const loop = startReadLoop(reading, blockMs, async () => {
    if (last === null) {
      const [newest] = await reading.send<Entry[]>(['XREVRANGE', stream, '+', '-', 'COUNT', '1'])
      last = newest?.[0] ?? '0'
      // What was told while there was no connection.
      if (hasRead) for (const topic of listeners.keys()) call(topic, null)
      hasRead = true
    }
    const args = ['XREAD', 'BLOCK', String(blockMs), 'STREAMS', stream, last]
    const reply = await reading.send<[string, Entry[]][] | null>(args, blockMs + redis.timeoutMs)
    for (const [id, [topic, detail, , from]] of reply?.[0]?.[1] ?? []) {
      last = id
      if (from !== instance) call(topic as Topic, detail!)
    }
  })

  return {
    tell,
    on (topic, listener) {
      listeners.set(topic, [...listeners.get(topic) ?? [], listener])
    },
    close () {
      for (const cancel of cancels) cancel()
      loop.close()
    },
  }
}
