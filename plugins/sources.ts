// Sets up the state of sources: what `causerie crawl` and `causerie watch` last reported.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createSqliteSources } from '../src/backends/sqlite/sources.ts'
import type { SourceStore } from '../src/sources/store.ts'

declare module 'fastify' {
  interface FastifyInstance { sources: SourceStore }
}

export default fp(async (app: FastifyInstance) => {
  app.decorate('sources', createSqliteSources({ store: app.store }))
}, { name: 'sources', dependencies: ['backends'] })
