// Lets one of several instances claim a piece of work, by a key in Redis.
import type { Claims } from '../../instances/claims.ts'
import type { Redis } from './connection.ts'

export function createRedisClaims (redis: Redis): Claims {
  const keyOf = (name: string) => `${redis.prefix}w:${name}`
  return {
    async take (name, forMs) {
      if (!redis.ready) return true
      const reply = await redis.send<string | null>(['SET', keyOf(name), '1', 'NX', 'PX', String(forMs)]).catch(() => 'OK')
      return reply === 'OK'
    },
    async release (name) {
      if (redis.ready) await redis.send(['DEL', keyOf(name)]).catch(() => {})
    },
  }
}
