// Limits each user's questions per window: counted in Redis for all instances, or in memory without Redis or while it is down.
import rateLimit, { type FastifyRateLimitStore, type FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { LRUCache } from 'lru-cache'
import type { Redis } from '../src/backends/redis/connection.ts'
import { countInRedis } from '../src/backends/redis/counters.ts'
import { coded } from '../src/errors.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Returns the route option that limits a route's questions; empty when there is no limit.
     * @param user the user who asks, unique within the company
     * @param company the company that the request names, for a key that opens several: `company_id`, unless the route says otherwise
     */
    questionLimit (user: (request: FastifyRequest) => string, company?: (request: FastifyRequest) => string | undefined): object
  }
}

type Callback = Parameters<FastifyRateLimitStore['incr']>[1]

/** The most users counted in memory; the least recent goes first. */
const maxUsers = 100_000

export default fp(async (app: FastifyInstance) => {
  const { RATE_LIMIT_CALLS: max, RATE_LIMIT_WINDOW_SECONDS: seconds } = app.config
  if (max > 0) {
    await app.register(rateLimit, {
      global: false,
      hook: 'preHandler', // the user's id is in the body
      store: createCounts(app.redis),
      errorResponseBuilder: (_, { ttl }) => coded('RATE_LIMITED', `At most ${max} in ${seconds} s; next in ${Math.ceil(ttl / 1000)} s.`),
    })
  }
  app.decorate('questionLimit', (user: (request: FastifyRequest) => string, company = companyId) => max === 0 ? {} : {
    rateLimit: {
      max,
      timeWindow: seconds * 1000,
      keyGenerator: (request: FastifyRequest) => `${request.tenant.company ?? company(request)}/${user(request)}`,
    },
  })
}, { name: 'rate-limit', dependencies: ['config', 'errors', 'auth', 'backends'] })

/** Counts in memory even while Redis counts, so that the limit continues from there when Redis goes down. */
function createCounts (redis: Redis | null): FastifyRateLimitStoreCtor {
  const counts = new LRUCache<string, { current: number, until: number }>({ max: maxUsers })

  function countHere (key: string, windowMs: number): { current: number, ttl: number } {
    const now = performance.now()
    let count = counts.get(key)
    if (!count || count.until <= now) counts.set(key, count = { current: 0, until: now + windowMs })
    count.current++
    return { current: count.current, ttl: count.until - now }
  }

  return class Counts implements FastifyRateLimitStore {
    incr (key: string, callback: Callback, windowMs: number): void {
      if (!redis?.ready) return callback(null, countHere(key, windowMs))
      countInRedis(redis, key, windowMs).then(count => {
        counts.set(key, { current: count.current, until: performance.now() + count.ttl })
        callback(null, count)
      }, () => callback(null, countHere(key, windowMs))) // the connection counts and reports its failures
    }

    /** Returns the same store for every route: all of them count questions together. */
    child (): FastifyRateLimitStore {
      return this
    }
  }
}

function companyId ({ body, query }: FastifyRequest): string | undefined {
  return (body as { company_id?: string }).company_id ?? (query as { company_id?: string }).company_id
}
