// The web search for what a company's documents do not answer: none unless WEB_SEARCH names an engine.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Gauge } from 'prom-client'
import { createWebSearch } from '../src/websearch/create.ts'
import type { WebSearch } from '../src/websearch/port.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** null when WEB_SEARCH is off. */
    webSearch: WebSearch | null
  }
}

export default fp(async (app: FastifyInstance) => {
  const { config } = app
  const webSearch = createWebSearch({
    engine: config.WEB_SEARCH,
    url: config.WEB_SEARCH_URL,
    key: config.WEB_SEARCH_KEY,
    timeoutMs: config.WEB_SEARCH_TIMEOUT_MS,
    cacheSeconds: config.WEB_SEARCH_CACHE_SECONDS,
    cacheMaxBytes: config.WEB_SEARCH_CACHE_MAX_BYTES,
    onError: (reason, error) => app.log.warn({ err: error, reason }, 'the web was not searched'),
  })
  app.decorate('webSearch', webSearch)
  if (!webSearch) return
  app.addHook('onClose', () => webSearch.close())

  const gauge = (name: string, help: string, value: keyof ReturnType<WebSearch['stats']>) => new Gauge({
    name, help, registers: [app.metrics], collect () { this.set(webSearch.stats()[value]) },
  })
  gauge('causerie_web_searches', 'Questions that the web search did not know yet, since the start', 'misses')
  gauge('causerie_web_search_hits', 'Questions whose results of the web were kept or on their way, since the start', 'hits')
  gauge('causerie_web_search_failures', 'Searches of the web that failed, since the start', 'failures')
}, { name: 'websearch', dependencies: ['config', 'metrics'] })
