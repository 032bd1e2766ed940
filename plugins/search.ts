// The search engine.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { SearchEngine } from '../src/search/engine.ts'
import { createSqliteEngine } from '../src/search/sqlite.ts'

declare module 'fastify' {
  interface FastifyInstance {
    engine: SearchEngine
    /** To be called when a company's documents have changed: its cached answers are left behind. */
    documentsChanged (company: string, version: string): void
  }
}

export default fp(async (app: FastifyInstance, { engine }: { engine?: SearchEngine }) => {
  const sqlite = createSqliteEngine({ store: app.store, timeoutMs: app.config.SEARCH_TIMEOUT_MS })
  const used = engine ?? sqlite
  app.decorate('engine', used)
  app.decorate('documentsChanged', sqlite.changed)
  app.addHook('onClose', () => used.close())
}, { name: 'search', dependencies: ['store'] })
