// Limits the questions of each user and of each key per window: counted in Redis for all instances, or in memory without it.
import rateLimit, { type FastifyRateLimitStore, type FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest, preHandlerHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { LRUCache } from 'lru-cache'
import type { Redis } from '../src/backends/redis/connection.ts'
import { countInRedis } from '../src/backends/redis/counters.ts'
import { coded } from '../src/errors.ts'
import type { Principal } from '../src/keys/principal.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Returns the route option that limits a route's questions; empty when there is no limit.
     * @param user the user who asks, unique within the company; that of a token stands in for it
     * @param company the company that the request names, for a key that opens several: `company_id`, unless the route says otherwise
     * @param kind requests of another kind are counted apart from questions
     */
    questionLimit (
      user: (request: FastifyRequest) => string, company?: (request: FastifyRequest) => string | undefined, kind?: string,
    ): object
    /**
     * Returns the function that counts a question of this user, and returns the headers that the limit adds, as names and
     * values in turn; null when the question may be one too many, or is counted elsewhere too. Nothing is counted before.
     */
    questionAtOnce (principal: Principal, company: string, user: string): { count (): string[] } | null
    /** Throws RATE_LIMITED when the request's key has asked too often, whatever users it names. A request without a key passes. */
    countKey: preHandlerHookHandler
    /** Throws RATE_LIMITED when a company has made more of these requests in a window than `max`. */
    countCalls (name: string, company: string, max: number, reply: FastifyReply): Promise<void>
  }
}

type Callback = Parameters<FastifyRateLimitStore['incr']>[1]

/** The most users counted in memory; the least recent goes first. */
const maxUsers = 100_000

export default fp(async (app: FastifyInstance) => {
  const { RATE_LIMIT_CALLS: max, RATE_LIMIT_KEY_CALLS: maxOfKey, RATE_LIMIT_WINDOW_SECONDS: seconds } = app.config
  const { count: counts, here } = createCounts(app.redis)
  const windowMs = seconds * 1000
  const tooMany = (most: number, ttl: number) =>
    coded('RATE_LIMITED', `At most ${most} in ${seconds} s; next in ${Math.ceil(ttl / 1000)} s.`)
  if (max > 0) {
    await app.register(rateLimit, {
      global: false,
      hook: 'preHandler', // the user's id is in the body
      store: storeOf(counts),
      errorResponseBuilder: (_, { ttl }) => tooMany(max, ttl),
    })
  }

  async function count (key: string, most: number, reply: FastifyReply): Promise<void> {
    const { current, ttl } = await counts(key, windowMs)
    if (current <= most) return
    reply.header('retry-after', String(Math.ceil(ttl / 1000)))
    throw tooMany(most, ttl)
  }
  // With a callback: an async hook costs each request a turn of the microtask queue.
  app.decorate('countKey', (({ principal }, reply, done) => {
    if (maxOfKey === 0 || principal.keyId === null) done()
    else count(keyName(principal.keyId), maxOfKey, reply).then(() => done(), done)
  }) satisfies preHandlerHookHandler)
  app.decorate('questionAtOnce', ({ keyId }: Principal, company: string, user: string) => {
    if (app.redis) return null
    const ofKey = maxOfKey === 0 || keyId === null ? null : keyName(keyId)
    const ofUser = max === 0 ? null : userKey(company, user)
    if ((ofKey !== null && here.isFull(ofKey, maxOfKey)) || (ofUser !== null && here.isFull(ofUser, max))) return null
    return {
      count () {
        if (ofKey !== null) here.count(ofKey, windowMs)
        if (ofUser === null) return []
        const { current, ttl } = here.count(ofUser, windowMs)
        return [
          'x-ratelimit-limit', String(max), 'x-ratelimit-remaining', String(max - current),
          'x-ratelimit-reset', String(Math.ceil(ttl / 1000)),
        ]
      },
    }
  })
  app.decorate('countCalls', (name: string, company: string, most: number, reply: FastifyReply) =>
    count(`${name} ${company}`, most, reply))
  app.decorate('questionLimit', (user: (request: FastifyRequest) => string, company = companyId, kind = '') => max === 0 ? {} : {
    rateLimit: {
      max,
      timeWindow: windowMs,
      keyGenerator: (request: FastifyRequest) => {
        const { principal } = request
        return kind + userKey(principal.company ?? company(request), principal.user ?? user(request))
      },
    },
  })
}, { name: 'rate-limit', dependencies: ['config', 'errors', 'auth', 'backends'] })

type Count = (key: string, windowMs: number) => Promise<{ current: number, ttl: number }>

/** The counts of this process. */
interface CountsHere {
  count (key: string, windowMs: number): { current: number, ttl: number }
  /** Tells whether one more would be more than `most`. */
  isFull (key: string, most: number): boolean
}

const keyName = (keyId: string) => `key ${keyId}`
const userKey = (company: string | undefined, user: string) => `${company}/${user}`

/** Counts in memory even while Redis counts, so that the limit continues from there when Redis goes down. */
function createCounts (redis: Redis | null): { count: Count, here: CountsHere } {
  // Sizes of 1: with `max` it would take the memory for all of them at once.
  const counts = new LRUCache<string, { current: number, until: number }>({ maxSize: maxUsers, sizeCalculation: () => 1 })

  function countHere (key: string, windowMs: number): { current: number, ttl: number } {
    const now = performance.now()
    let count = counts.get(key)
    if (!count || count.until <= now) counts.set(key, count = { current: 0, until: now + windowMs })
    count.current++
    return { current: count.current, ttl: count.until - now }
  }

  function isFull (key: string, most: number): boolean {
    const count = counts.get(key)
    return count !== undefined && count.until > performance.now() && count.current >= most
  }

  async function count (key: string, windowMs: number): ReturnType<Count> {
    if (!redis?.ready) return countHere(key, windowMs)
    try {
      const count = await countInRedis(redis, key, windowMs)
      counts.set(key, { current: count.current, until: performance.now() + count.ttl })
      return count
    } catch {
      // The connection counts and reports its failures.
      return countHere(key, windowMs)
    }
  }

  return { count, here: { count: countHere, isFull } }
}

/** Makes the store of the plugin. It is the same for every route: all of them count questions together. */
function storeOf (count: Count): FastifyRateLimitStoreCtor {
  return class Counts implements FastifyRateLimitStore {
    incr (key: string, callback: Callback, windowMs: number): void {
      count(key, windowMs).then(counted => callback(null, counted))
    }

    child (): FastifyRateLimitStore {
      return this
    }
  }
}

function companyId ({ body, query }: FastifyRequest): string | undefined {
  return (body as { company_id?: string }).company_id ?? (query as { company_id?: string }).company_id
}
