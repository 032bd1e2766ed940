// The Redis that several instances share; null when there is none, and everything is kept in memory.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { connectRedis, type Redis } from '../src/backends/redis/connection.ts'

declare module 'fastify' {
  interface FastifyInstance { redis: Redis | null }
}

export default fp(async (app: FastifyInstance) => {
  const { REDIS_URL: url, REDIS_PREFIX: prefix, REDIS_TIMEOUT_MS: timeoutMs } = app.config
  if (url === '') {
    app.decorate('redis', null)
    return
  }
  checkUrl(url)
  const redis = connectRedis({ url, prefix, timeoutMs, onProblem: problem => app.log.warn({ problem }, 'Redis cannot be used; going on in memory') })
  redis.onReady(() => app.log.info('Redis is there'))
  app.decorate('redis', redis)
  app.addHook('onClose', async () => redis.close())
  // The first questions are to be shared already; without Redis the service starts all the same.
  await redis.started
}, { name: 'redis', dependencies: ['config'] })

/** Throws when the setting cannot be the address of a Redis. It may hold a password: it is not repeated. */
function checkUrl (url: string): void {
  const parsed = URL.parse(url)
  if (!parsed || !['redis:', 'rediss:'].includes(parsed.protocol) || parsed.hostname === '') {
    throw new Error('setting REDIS_URL must look like redis://[user:password@]host[:port][/database], or rediss://… for TLS')
  }
  if (!/^(\/\d*)?$/.test(parsed.pathname)) throw new Error('setting REDIS_URL: the database after the host must be a number')
}
