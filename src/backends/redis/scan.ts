// Walks through the keys of this service in Redis, in small steps.
import type { Redis } from './connection.ts'

/** Keys of one step: the server does nothing else meanwhile. */
const step = 500

/** Yields the keys that begin with the service's prefix and `start`, some at a time, without the two; one may come twice. */
export async function * scanKeys (redis: Redis, start: string): AsyncGenerator<string[]> {
  const whole = redis.prefix + start
  // A prefix may contain what is a pattern to Redis.
  const pattern = `${whole.replace(/[\\*?[\]]/g, '\\$&')}*`
  for (let cursor = '0'; ;) {
    const [next, keys] = await redis.send<[string, string[]]>(['SCAN', cursor, 'MATCH', pattern, 'COUNT', String(step)])
    if (keys.length > 0) yield keys.map(key => key.slice(whole.length))
    if (next === '0') return
    cursor = next
  }
}
