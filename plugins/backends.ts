// Opens the connections to the back ends: SQLite always; Supabase, Redis and Meilisearch when their addresses are set. Closes last.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createMeilisearch, type Meilisearch } from '../src/backends/meilisearch/index.ts'
import { connectRedis, type Redis } from '../src/backends/redis/connection.ts'
import { createRedisNews } from '../src/backends/redis/news.ts'
import { requireWritable } from '../src/backends/sqlite/data-directory.ts'
import { removeLeftovers } from '../src/backends/sqlite/leftovers.ts'
import { createStore, type Store } from '../src/backends/sqlite/thread.ts'
import { createSupabase, type Supabase } from '../src/backends/supabase/client.ts'
import { createSupabaseWebhook, type SupabaseWebhook } from '../src/backends/supabase/webhook.ts'
import { embedderSettings, proxySettings, type Config } from '../src/config.ts'
import { createNoNews, type News } from '../src/instances/news.ts'
import type { Embedder } from '../src/embed/embedder.ts'

declare module 'fastify' {
  interface FastifyInstance {
    store: Store
    /** Null without SUPABASE_URL: then profiles and keys are in SQLite. */
    supabase: Supabase | null
    /** Null without SUPABASE_WEBHOOK_SECRET. */
    supabaseWebhook: SupabaseWebhook | null
    /** Null without REDIS_URL: then answers, conversations and rate limits stay within this instance. */
    redis: Redis | null
    /** What instances tell one another; without REDIS_URL nothing. */
    news: News
    /** Null without MEILI_URL: then each company's documents are in its SQLite file. */
    meilisearch: Meilisearch | null
  }
}

export default fp(async (app: FastifyInstance) => {
  const { config } = app
  const proxy = proxySettings(config)
  const store = createStore({
    dataDir: config.DATA_DIR, openFiles: config.SQLITE_OPEN_COMPANIES, vectorMemoryBytes: config.VECTOR_MEMORY_MAX_BYTES,
  })
  // What has been stored can be read from a full disk. Where there is nothing and nothing can be added, nothing can be asked.
  if (config.MEILI_URL === '' && (await store.companies()).length === 0) await requireWritable(config.DATA_DIR)
  const leftovers = await removeLeftovers(config.DATA_DIR)
  if (leftovers.length > 0) app.log.warn({ files: leftovers }, 'removed what imports or restores that were killed had left')
  const supabase = config.SUPABASE_URL === ''
    ? null
    : createSupabase({ url: config.SUPABASE_URL, key: config.SUPABASE_KEY, timeoutMs: config.SUPABASE_TIMEOUT_MS, proxy })
  const redis = config.REDIS_URL === ''
    ? null
    : connectRedis({
      url: config.REDIS_URL,
      prefix: config.REDIS_PREFIX,
      timeoutMs: config.REDIS_TIMEOUT_MS,
      onProblem: problem => app.log.warn({ problem }, 'Redis cannot be used; continuing in memory'),
    })
  redis?.onReady(() => app.log.info('Redis is connected'))
  const meilisearch = openMeilisearch(config, (language, named) => app.embedder.modelFor(language, named))

  app.decorate('store', store)
  app.decorate('supabase', supabase)
  app.decorate('supabaseWebhook', config.SUPABASE_WEBHOOK_SECRET === '' ? null : createSupabaseWebhook(config.SUPABASE_WEBHOOK_SECRET))
  app.decorate('redis', redis)
  app.decorate('meilisearch', meilisearch)
  app.addHook('onClose', async () => {
    redis?.close()
    await Promise.all([meilisearch?.close(), supabase?.close(), store.close()])
  })

  // Connects first, so that even the first questions are shared; without Redis the service starts anyway, but not with a
  // server that can never be used.
  await redis?.started
  // After it: a start that fails leaves nothing that reads.
  const news = redis
    ? createRedisNews({ redis, onError: error => app.log.error({ err: error }, 'news of another instance was not applied') })
    : createNoNews()
  app.decorate('news', news)
  app.addHook('onClose', async () => { news.close() })
  // A key with too many rights stops the start; a server that does not answer yet does not.
  await meilisearch?.engine.check()
}, { name: 'backends', dependencies: ['config'] })

/**
 * Opens Meilisearch if it is configured; the only function that reads MEILI_URL.
 * @param modelFor returns the embedding model of documents; first called after the start
 */
function openMeilisearch (config: Config, modelFor: Embedder['modelFor']): Meilisearch | null {
  if (config.MEILI_URL === '') return null
  return createMeilisearch({
    proxy: proxySettings(config),
    url: config.MEILI_URL,
    apiKey: config.MEILI_KEY,
    apiKeyUid: config.MEILI_KEY_UID,
    writeKey: config.MEILI_WRITE_KEY,
    plan: config.SEARCH_PLAN,
    concurrency: config.SEARCH_CONCURRENCY,
    connections: config.SEARCH_CONNECTIONS,
    timeoutMs: config.SEARCH_TIMEOUT_MS,
    cacheMs: config.SEARCH_CACHE_SECONDS * 1000,
    cacheMaxBytes: config.SEARCH_CACHE_MAX_BYTES,
    models: embedderSettings(config).models,
    modelFor,
  })
}
