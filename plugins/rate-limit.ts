// So many questions of one user in a window.
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { coded } from '../src/errors.ts'
import { questionCounts } from './rate-limit-counts.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * The route option that limits a route's questions; empty when there is no limit.
     * @param user who asks, unique within the company
     * @param company the company that the request names, where the key opens several: `company_id`, unless the route says otherwise
     */
    questionLimit (user: (request: FastifyRequest) => string, company?: (request: FastifyRequest) => string | undefined): object
  }
}

/** Users whose count is kept at once; the least recent is forgotten first. */
const maxUsers = 100_000

export default fp(async (app: FastifyInstance) => {
  const { RATE_LIMIT_CALLS: max, RATE_LIMIT_WINDOW_SECONDS: seconds } = app.config
  if (max > 0) {
    await app.register(rateLimit, {
      global: false,
      hook: 'preHandler', // the user's id is in the body
      store: questionCounts(app.redis, maxUsers),
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
}, { name: 'rate-limit', dependencies: ['config', 'errors', 'auth', 'redis'] })

function companyId ({ body, query }: FastifyRequest): string | undefined {
  return (body as { company_id?: string }).company_id ?? (query as { company_id?: string }).company_id
}
