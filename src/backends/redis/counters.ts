// Counters in Redis that several instances share, each for a window of time.
import { hash } from 'node:crypto'
import { script, type Redis } from './connection.ts'

/** The window begins with the first count. A count without an end, which cannot be, is given one. */
const increment = script(`
local current = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return { current, left }`)

/**
 * Counts one more, and returns the count with the milliseconds that are left of its window. Rejects when Redis cannot count.
 * @param name what is counted; it is hashed, so that it cannot be read in Redis
 */
export async function countInRedis (redis: Redis, name: string, windowMs: number): Promise<{ current: number, ttl: number }> {
  const key = `${redis.prefix}rate:${hash('sha256', name, 'base64url')}`
  const [current, ttl] = await redis.run<[number, number]>(increment, [key], [String(windowMs)])
  return { current, ttl }
}
