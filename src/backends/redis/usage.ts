// Counts what companies use in Redis, for all instances together: one hash for each company and day.
import type { UsageCounts, UsageRow, UsageStore } from '../../usage/store.ts'
import { script, type Redis } from './connection.ts'
import { scanKeys } from './scan.ts'

/** The fields of a key's counts: `<key> <letter>`. */
const letters = { questions: 'q', inputTokens: 'i', outputTokens: 'o', searches: 's' } as const satisfies Record<keyof UsageCounts, string>
const names = Object.entries(letters) as [keyof UsageCounts, string][]
const dayMs = 86_400_000

/** keys: the hash; ms to live, then fields and what to add to them in turn */
const add = script(`
for n = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[n], ARGV[n + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])`)

/** @param keptDays how long a day's counts stay */
export function createRedisUsage ({ redis, keptDays }: { redis: Redis, keptDays: number }): UsageStore {
  const keyOf = (company: string, day: string) => `${redis.prefix}u:${company}:${day}`
  return {
    async add (company, rows) {
      for (const [day, own] of Map.groupBy(rows, row => row.day)) {
        const changes = own.flatMap(row =>
          names.filter(([name]) => row[name] > 0).flatMap(([name, letter]) => [`${row.key} ${letter}`, String(row[name])]))
        if (changes.length > 0) await redis.run(add, [keyOf(company, day)], [String(keptDays * dayMs), ...changes])
      }
    },
    async read (company, from, to) {
      const rows: UsageRow[] = []
      for (let at = Date.parse(from); at <= Date.parse(to); at += dayMs) {
        const day = new Date(at).toISOString().slice(0, 10)
        rows.push(...rowsOf(day, await redis.send<string[]>(['HGETALL', keyOf(company, day)])))
      }
      return rows
    },
    async erase (company) {
      let erased = 0
      for await (const keys of scanKeys(redis, `u:${company}:`)) {
        erased += await redis.send<number>(['DEL', ...keys.map(key => keyOf(company, key))])
      }
      return erased
    },
  }
}

function rowsOf (day: string, reply: string[]): UsageRow[] {
  const rows = new Map<string, UsageRow>()
  for (let i = 0; i < reply.length; i += 2) {
    const [key, letter] = reply[i]!.split(' ') as [string, string]
    const row = rows.get(key) ?? { day, key, questions: 0, inputTokens: 0, outputTokens: 0, searches: 0 }
    const [name] = names.find(([, own]) => own === letter) ?? []
    if (name) row[name] = Number(reply[i + 1])
    rows.set(key, row)
  }
  return [...rows.values()].sort((a, b) => a.key < b.key ? -1 : 1)
}
