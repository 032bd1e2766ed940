// Counts of the rate limit: shared by instances through Redis, in memory without it and while it is away.
import { hash } from 'node:crypto'
import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import { LRUCache } from 'lru-cache'
import { script, type Redis } from '../src/backends/redis/connection.ts'

type Callback = Parameters<FastifyRateLimitStore['incr']>[1]

/** The window begins with the first count, as in memory. A count without an end, which cannot be, is given one. */
const count = script(`
local current = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return { current, left }`)

/** @param maxUsers counts kept in memory, which go on beside those in Redis: what Redis cannot count goes on from there */
export function questionCounts (redis: Redis | null, maxUsers: number): FastifyRateLimitStoreCtor {
  const own = new LRUCache<string, { current: number, until: number }>({ max: maxUsers })

  /** Counts here. What Redis counted before it went away counts on. */
  function countHere (key: string, windowMs: number) {
    const now = Date.now()
    let held = own.get(key)
    if (!held || held.until <= now) own.set(key, held = { current: 0, until: now + windowMs })
    held.current++
    return { current: held.current, ttl: held.until - now }
  }

  return class Counts implements FastifyRateLimitStore {
    incr (key: string, callback: Callback, windowMs: number): void {
      if (!redis?.ready) return callback(null, countHere(key, windowMs))
      redis.run<[number, number]>(count, [`${redis.prefix}rate:${hash('sha256', key, 'base64url')}`], [String(windowMs)]).then(([current, ttl]) => {
        own.set(key, { current, until: Date.now() + ttl })
        callback(null, { current, ttl })
      }, () => callback(null, countHere(key, windowMs))) // the connection counts and tells its failures
    }

    /** One count for all routes that are limited: it is of questions. */
    child (): FastifyRateLimitStore {
      return this
    }
  }
}
