// Sets up search: the company's documents, and the web when WEB_SEARCH names an engine.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createSqliteEngine } from '../src/backends/sqlite/search.ts'
import { proxySettings } from '../src/config.ts'
import { withBackground } from '../src/search/background.ts'
import type { SearchEngine } from '../src/search/engine.ts'
import { createWebSearch } from '../src/websearch/create.ts'
import type { WebSearch } from '../src/websearch/port.ts'

declare module 'fastify' {
  interface FastifyInstance {
    engine: SearchEngine
    /**
     * Must be called when a company's documents have changed, so that no instance uses cached answers from the old ones any longer.
     */
    documentsChanged (company: string, version: string): void
    /** Null when WEB_SEARCH is off. */
    webSearch: WebSearch | null
  }
}

export default fp(async (app: FastifyInstance, given: { engine?: SearchEngine | undefined }) => {
  const { config, store, meilisearch, embedder } = app
  const sqlite = createSqliteEngine({ store, timeoutMs: config.SEARCH_TIMEOUT_MS })
  const engine = given.engine ?? withBackground(meilisearch?.engine ?? sqlite, embedder)
  const webSearch = createWebSearch({
    engine: config.WEB_SEARCH,
    url: config.WEB_SEARCH_URL,
    key: config.WEB_SEARCH_KEY,
    proxy: proxySettings(config),
    timeoutMs: config.WEB_SEARCH_TIMEOUT_MS,
    cacheSeconds: config.WEB_SEARCH_CACHE_SECONDS,
    cacheMaxBytes: config.WEB_SEARCH_CACHE_MAX_BYTES,
    onError: (reason, error) => app.log.warn({ err: error, reason }, 'the web was not searched'),
  })
  app.decorate('engine', app.tracing?.engine(engine) ?? engine)
  app.decorate('webSearch', webSearch)
  app.decorate('documentsChanged', (company: string, version: string) => {
    sqlite.changed(company, version)
    meilisearch?.engine.changed(company)
    app.news.tell('documents', company)
  })
  // Documents in a file of another instance's own have not changed here; reading their version again does no harm.
  app.news.on('documents', company => {
    if (company === null) return
    sqlite.changed(company, null)
    meilisearch?.engine.changed(company)
  })
  app.addHook('onClose', async () => { await Promise.all([engine.close(), webSearch?.close()]) })
}, { name: 'search', dependencies: ['config', 'tracing', 'backends', 'models'] })
