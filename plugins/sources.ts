// Sets up the state of sources: what `causerie crawl` and `causerie watch` last reported.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createRedisSources } from '../src/backends/redis/sources.ts'
import { createSqliteSources } from '../src/backends/sqlite/sources.ts'
import type { SourceStore } from '../src/sources/store.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** In Redis where there is one, for all instances; beside it in the company's file. */
    sources: SourceStore
  }
}

export default fp(async (app: FastifyInstance) => {
  const { store, redis } = app
  const own = createSqliteSources({ store })
  if (!redis) {
    app.decorate('sources', own)
    return
  }
  const sources = createRedisSources({ redis, own })
  app.decorate('sources', sources)
  app.addHook('onClose', async () => { sources.close() })
}, { name: 'sources', dependencies: ['backends'] })
