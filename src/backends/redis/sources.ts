// Keeps the state of sources in Redis for all instances, in one hash for each company; while Redis is away, on this instance alone.
import { maxSources, type SourceStore, type StoredSource } from '../../sources/store.ts'
import { script, type Redis } from './connection.ts'

/** A source that was forgotten: an instance may still have what it reported there. */
interface Forgotten { id: string, at: number, isForgotten: true }
type Entry = StoredSource | Forgotten

const keptMs = 60 * 86_400_000
/** The most changes that wait to be written while Redis is away: those of the longest ago are given up. */
const maxWaiting = 1000

/** keys: the company's hash; id, entry, ms to live, most entries. Beyond these the oldest goes. */
const put = script(`
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[4]) then
  local all = redis.call('HGETALL', KEYS[1])
  local oldest, at
  for i = 1, #all, 2 do
    local entry = cjson.decode(all[i + 1])
    if not at or entry.at < at then oldest, at = all[i], entry.at end
  end
  redis.call('HDEL', KEYS[1], oldest)
end`)

/**
 * @param redis the owner closes it, after the sources
 * @param own what was reported to this instance: shown while Redis is away, or has lost it
 */
export function createRedisSources ({ redis, own, now = Date.now }: {
  redis: Redis, own: SourceStore, now?: () => number
}): SourceStore & { close (): void } {
  const keyOf = (company: string) => `${redis.prefix}s:${company}`
  /** The latest entries that Redis may not have, by company and id. */
  const waiting = new Map<string, { company: string, entry: Entry }>()

  async function send (name: string): Promise<void> {
    const one = waiting.get(name)
    if (!one || !redis.ready) return
    const { company, entry } = one
    const args = [entry.id, JSON.stringify(entry), String(keptMs), String(2 * maxSources)]
    // The connection counts its failures.
    await redis.run(put, [keyOf(company)], args).then(() => { if (waiting.get(name) === one) waiting.delete(name) }, () => {})
  }

  async function write (company: string, entry: Entry): Promise<void> {
    const name = `${company}/${entry.id}`
    waiting.delete(name)
    waiting.set(name, { company, entry })
    if (waiting.size > maxWaiting) waiting.delete(waiting.keys().next().value!)
    await send(name)
  }

  const cancel = redis.onReady(() => {
    redis.load([put])
    for (const name of waiting.keys()) send(name)
  })

  /** Returns what all instances know of, by id; of what Redis does not know, what was reported here. */
  async function read (company: string): Promise<Map<string, Entry>> {
    const all = new Map<string, Entry>((await own.list(company)).map(source => [source.id, source]))
    const reply = redis.ready ? await redis.send<string[]>(['HGETALL', keyOf(company)]).catch(() => []) : []
    for (let i = 0; i < reply.length; i += 2) all.set(reply[i]!, JSON.parse(reply[i + 1]!) as Entry)
    for (const { company: of, entry } of waiting.values()) if (of === company) all.set(entry.id, entry)
    return all
  }

  return {
    async put (company, source) {
      await own.put(company, source)
      await write(company, source)
    },
    async list (company) {
      return known(await read(company)).sort((a, b) => b.at - a.at).slice(0, maxSources)
    },
    async remove (company, id) {
      const isKnown = known(await read(company)).some(source => source.id === id)
      await own.remove(company, id)
      if (!isKnown) return false
      await write(company, { id, at: now(), isForgotten: true })
      return true
    },
    async erase (company) {
      for (const [name, one] of waiting) if (one.company === company) waiting.delete(name)
      const { length } = known(await read(company))
      await own.erase(company)
      await redis.send(['DEL', keyOf(company)])
      return length
    },
    close: cancel,
  }
}

function known (entries: Map<string, Entry>): StoredSource[] {
  return [...entries.values()].filter((entry): entry is StoredSource => !('isForgotten' in entry))
}
