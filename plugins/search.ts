// The search engine: Meilisearch when MEILI_URL is set, else the embedded one.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { SearchEngine } from '../src/search/engine.ts'
import { createMeilisearchEngine } from '../src/backends/meilisearch/search/engine.ts'
import { createSqliteEngine } from '../src/backends/sqlite/search.ts'

declare module 'fastify' {
  interface FastifyInstance {
    engine: SearchEngine
    /** To be called when a company's documents have changed: its cached answers are left behind. */
    documentsChanged (company: string, version: string): void
  }
}

export default fp(async (app: FastifyInstance, { engine }: { engine?: SearchEngine }) => {
  const { config } = app
  const timeoutMs = config.SEARCH_TIMEOUT_MS
  const sqlite = createSqliteEngine({ store: app.store, timeoutMs })
  const meilisearch = config.MEILI_URL === ''
    ? null
    : createMeilisearchEngine({
      url: config.MEILI_URL,
      apiKey: config.MEILI_KEY,
      apiKeyUid: config.MEILI_KEY_UID,
      plan: config.SEARCH_PLAN,
      concurrency: config.SEARCH_CONCURRENCY,
      connections: config.SEARCH_CONNECTIONS,
      timeoutMs,
      cacheMs: config.SEARCH_CACHE_SECONDS * 1000,
      cacheMaxBytes: config.SEARCH_CACHE_MAX_BYTES,
      defaultModel: config.EMBEDDING_MODELS.split(',')[0]!.trim(),
    })
  const used = engine ?? meilisearch ?? sqlite
  app.decorate('engine', used)
  app.decorate('documentsChanged', (company: string, version: string) => {
    sqlite.changed(company, version)
    meilisearch?.changed(company)
  })
  app.addHook('onClose', async () => { await Promise.all([...new Set([used, meilisearch])].map(one => one?.close())) })
  // A key that may do too much stops the start; a server that is not there yet does not.
  await meilisearch?.check()
}, { name: 'search', dependencies: ['store'] })
