// The search engine: Meilisearch when MEILI_URL is set, else the embedded one. Nothing else looks at MEILI_URL.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { SearchEngine } from '../src/search/engine.ts'
import { createMeilisearch, type Meilisearch } from '../src/backends/meilisearch/index.ts'
import { createSqliteEngine } from '../src/backends/sqlite/search.ts'

declare module 'fastify' {
  interface FastifyInstance {
    engine: SearchEngine
    /** Null without MEILI_URL: then each company's documents are in its SQLite file. */
    meilisearch: Meilisearch | null
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
    : createMeilisearch({
      url: config.MEILI_URL,
      apiKey: config.MEILI_KEY,
      apiKeyUid: config.MEILI_KEY_UID,
      writeKey: config.MEILI_WRITE_KEY,
      plan: config.SEARCH_PLAN,
      concurrency: config.SEARCH_CONCURRENCY,
      connections: config.SEARCH_CONNECTIONS,
      timeoutMs,
      cacheMs: config.SEARCH_CACHE_SECONDS * 1000,
      cacheMaxBytes: config.SEARCH_CACHE_MAX_BYTES,
      defaultModel: config.EMBEDDING_MODELS.split(',')[0]!.trim(),
    })
  const used = engine ?? meilisearch?.engine ?? sqlite
  app.decorate('engine', used)
  app.decorate('meilisearch', meilisearch)
  app.decorate('documentsChanged', (company: string, version: string) => {
    sqlite.changed(company, version)
    meilisearch?.engine.changed(company)
  })
  app.addHook('onClose', async () => {
    await used.close()
    await meilisearch?.close()
  })
  // A key that may do too much stops the start; a server that is not there yet does not.
  await meilisearch?.engine.check()
}, { name: 'search', dependencies: ['store'] })
