// Counts in Redis, for several instances together, within windows of time.
import { hash } from 'node:crypto'
import { script, type Redis } from './connection.ts'

/**
 * The window begins with the first count. Should a count have no end, or one that is too far away because the server's clock
 * was set back, it gets a new one.
 */
const increment = script(`
local current = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 or left > tonumber(ARGV[1]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return { current, left }`)

/**
 * Adds one, and returns the count and the milliseconds that remain of its window. Rejects when Redis cannot count.
 * @param name the name of the counter; it is hashed, so that it cannot be read in Redis
 */
export async function countInRedis (redis: Redis, name: string, windowMs: number): Promise<{ current: number, ttl: number }> {
  const key = `${redis.prefix}rate:${hash('sha256', name, 'base64url')}`
  const [current, ttl] = await redis.run<[number, number]>(increment, [key], [String(windowMs)])
  return { current, ttl }
}
