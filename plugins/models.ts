// Loads the embedding models and the language model from the start.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { embedderSettings, proxySettings } from '../src/config.ts'
import { createEmbedder } from '../src/embed/create.ts'
import type { Embedder } from '../src/embed/embedder.ts'
import { createModel } from '../src/llm/create.ts'
import { readHeaders } from '../src/llm/headers.ts'
import type { LanguageModel } from '../src/llm/model.ts'

declare module 'fastify' {
  interface FastifyInstance {
    embedder: Embedder
    model: LanguageModel
  }
}

export default fp(async (app: FastifyInstance, given: { embedder?: Embedder | undefined, model?: LanguageModel | undefined }) => {
  const { config, log } = app
  const embedder = given.embedder ?? createEmbedder({
    ...embedderSettings(config),
    cacheMax: config.EMBEDDING_CACHE_MAX,
    log,
  })
  const model = given.model ?? await createModel({
    api: config.LLM_API,
    primary: { url: config.LLM_URL, model: config.LLM_MODEL, apiKey: config.LLM_API_KEY, headers: readHeaders(config.LLM_HEADERS) },
    fallback: { url: config.LLM_FALLBACK_URL, model: config.LLM_FALLBACK_MODEL, apiKey: config.LLM_FALLBACK_API_KEY },
    proxy: proxySettings(config),
    connectTimeoutMs: config.LLM_CONNECT_TIMEOUT_SECONDS * 1000,
    firstTokenTimeoutMs: config.LLM_FIRST_TOKEN_SECONDS * 1000,
    silenceTimeoutMs: config.LLM_TIMEOUT_SECONDS * 1000,
    poolSize: config.LLM_POOL_SIZE,
    queueTimeoutMs: config.LLM_QUEUE_SECONDS * 1000,
    keepAlive: config.LLM_KEEP_ALIVE,
    retries: config.LLM_RETRIES,
    log,
  })
  app.decorate('embedder', embedder)
  app.decorate('model', model)
  app.addHook('onReady', async () => { model.warmUp() })
  app.addHook('onClose', async () => { await Promise.all([model.close(), embedder.close()]) })
}, { name: 'models', dependencies: ['config'] })
