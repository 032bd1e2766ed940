// Keeps short notes in Redis for all instances, such as the states of uploads: each in a key of its own that expires.
import type { Note, Notes } from '../../instances/notes.ts'
import { script, type Redis } from './connection.ts'

export interface RedisNotesOptions {
  /** The owner closes it, after the notes. */
  redis: Redis
  /** A letter or two that its keys begin with. */
  name: string
  /** How long a note stays after it was written last. */
  keptMs: number
  /** How often what could not be written is tried again. */
  retryMs?: number
}

/** The most notes of a company that are listed: the oldest final ones go first. */
const maxListed = 10_000
/** The most notes that wait to be written while Redis is away: those of the longest ago are given up. */
const maxWaiting = 1000

/** keys: the note, the company's list; id, text, ms to live, '0' = final or '1', most notes listed */
const write = script(`
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
if redis.call('ZCARD', KEYS[2]) > tonumber(ARGV[5]) then redis.call('ZPOPMIN', KEYS[2]) end`)

/** keys: the company's list; the start of its notes' keys → ids, each with '0' = final or '1'. Those that have expired go. */
const list = script(`
local ids, found = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES'), {}
for i = 1, #ids, 2 do
  if redis.call('EXISTS', ARGV[1] .. ids[i]) == 1 then
    found[#found + 1] = ids[i]
    found[#found + 1] = ids[i + 1]
  else redis.call('ZREM', KEYS[1], ids[i]) end
end
return found`)

/** keys: the company's list; the start of its notes' keys → how many were deleted */
const erase = script(`
local ids = redis.call('ZRANGE', KEYS[1], 0, -1)
for _, id in ipairs(ids) do redis.call('DEL', ARGV[1] .. id) end
redis.call('DEL', KEYS[1])
return #ids`)

interface Waiting { company: string, note: Note, text: string }

export function createRedisNotes ({ redis, name, keptMs, retryMs = 2000 }: RedisNotesOptions): Notes {
  /** The latest state of each note that Redis may not have, by its id. */
  const waiting = new Map<string, Waiting>()
  const keyOf = (company: string, id: string) => `${redis.prefix}${name}:${company}:${id}`
  const listOf = (company: string) => `${redis.prefix}${name}l:${company}`

  async function send (one: Waiting): Promise<void> {
    if (!redis.ready) return
    const { company, note: { id, isFinal }, text } = one
    const args = [id, text, String(keptMs), isFinal ? '0' : '1', String(maxListed)]
    // The connection counts its failures.
    await redis.run(write, [keyOf(company, id), listOf(company)], args).then(() => {
      if (waiting.get(id) === one) waiting.delete(id)
    }, () => {})
  }

  const sendAll = () => { for (const one of waiting.values()) send(one) }
  const listeners: (() => void)[] = []
  let wasReady = false
  const cancel = redis.onReady(() => {
    redis.load([write, list])
    sendAll()
    // A server that was started anew is empty.
    if (wasReady) for (const listener of listeners) listener()
    wasReady = true
  })
  const timer = setInterval(sendAll, retryMs).unref()

  return {
    async write (company, note, text) {
      const one = { company, note, text }
      // The newest state comes last.
      waiting.delete(note.id)
      waiting.set(note.id, one)
      if (waiting.size > maxWaiting) waiting.delete(waiting.keys().next().value!)
      await send(one)
    },
    async read (company, id) {
      return redis.ready ? await redis.send<string | null>(['GET', keyOf(company, id)]).catch(() => null) : null
    },
    async list (company) {
      if (!redis.ready) return []
      const reply = await redis.run<string[]>(list, [listOf(company)], [keyOf(company, '')]).catch(() => [])
      const notes: Note[] = []
      for (let i = 0; i < reply.length; i += 2) notes.push({ id: reply[i]!, isFinal: reply[i + 1] === '0' })
      return notes.sort((a, b) => a.id < b.id ? -1 : 1)
    },
    async erase (company) {
      for (const [id, one] of waiting) if (one.company === company) waiting.delete(id)
      return await redis.run<number>(erase, [listOf(company)], [keyOf(company, '')])
    },
    onLost: listener => { listeners.push(listener) },
    close () {
      clearInterval(timer)
      cancel()
    },
  }
}
