// Keeps the state of sources in Redis for all instances, in one hash for each company; while Redis is away, on this instance alone.
import { maxSources, type SourceStore, type StoredSource } from '../../sources/store.ts'
import { script, type Redis } from './connection.ts'

/** A source that was forgotten: an instance may still have what it reported there. */
interface Forgotten { id: string, at: number, isForgotten: true }
type Entry = StoredSource | Forgotten

const keptMs = 60 * 86_400_000
/** The most changes that are remembered, so that they can be written when Redis is back: those of the longest ago are forgotten. */
const maxRemembered = 1000

/** keys: the company's hash; id, entry, ms to live, most entries (beyond these the oldest goes), time = none newer may be there */
const put = script(`
local known = ARGV[5] and redis.call('HGET', KEYS[1], ARGV[1])
if known and cjson.decode(known).at >= tonumber(ARGV[5]) then return end
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
  /** The latest entries that were made here, by company and id; `isWritten` = Redis has had it. */
  const latest = new Map<string, { company: string, entry: Entry, isWritten: boolean }>()

  async function send (name: string, isAgain = false): Promise<void> {
    const one = latest.get(name)
    if (!one || !redis.ready) return
    const { company, entry } = one
    const args = [entry.id, JSON.stringify(entry), String(keptMs), String(2 * maxSources), ...isAgain ? [String(entry.at)] : []]
    // The connection counts its failures.
    await redis.run(put, [keyOf(company)], args).then(() => { one.isWritten = true }, () => {})
  }

  async function write (company: string, entry: Entry): Promise<void> {
    const name = `${company}/${entry.id}`
    latest.delete(name)
    latest.set(name, { company, entry, isWritten: false })
    if (latest.size > maxRemembered) latest.delete(latest.keys().next().value!)
    await send(name)
  }

  const cancel = redis.onReady(() => {
    redis.load([put])
    // A server that was started anew is empty; in one that was only out of reach, others may have written newer ones.
    for (const [name, { isWritten }] of latest) send(name, isWritten)
  })

  /** Returns what all instances know of, by id; of what Redis does not know, what was reported here. */
  async function read (company: string): Promise<Map<string, Entry>> {
    const all = new Map<string, Entry>((await own.list(company)).map(source => [source.id, source]))
    const reply = redis.ready ? await redis.send<string[]>(['HGETALL', keyOf(company)]).catch(() => []) : []
    for (let i = 0; i < reply.length; i += 2) all.set(reply[i]!, JSON.parse(reply[i + 1]!) as Entry)
    for (const { company: of, entry, isWritten } of latest.values()) if (of === company && !isWritten) all.set(entry.id, entry)
    return all
  }

  async function forget (company: string): Promise<void> {
    for (const [name, one] of latest) if (one.company === company) latest.delete(name)
    await own.forget(company)
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
      const { length } = known(await read(company))
      await forget(company)
      await redis.send(['DEL', keyOf(company)])
      return length
    },
    forget,
    close: cancel,
  }
}

function known (entries: Map<string, Entry>): StoredSource[] {
  return [...entries.values()].filter((entry): entry is StoredSource => !('isForgotten' in entry))
}
