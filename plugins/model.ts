// The language model, warmed from the start.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createModel } from '../src/llm/create.ts'
import type { LanguageModel } from '../src/llm/model.ts'

declare module 'fastify' {
  interface FastifyInstance { model: LanguageModel }
}

export default fp(async (app: FastifyInstance, { model }: { model?: LanguageModel }) => {
  const { config, log } = app
  const used = model ?? await createModel({
    api: config.LLM_API,
    primary: { url: config.LLM_URL, model: config.LLM_MODEL, apiKey: config.LLM_API_KEY },
    fallback: { url: config.LLM_FALLBACK_URL, model: config.LLM_FALLBACK_MODEL, apiKey: config.LLM_FALLBACK_API_KEY },
    connectTimeoutMs: config.LLM_CONNECT_TIMEOUT_SECONDS * 1000,
    silenceTimeoutMs: config.LLM_TIMEOUT_SECONDS * 1000,
    poolSize: config.LLM_POOL_SIZE,
    keepAlive: config.LLM_KEEP_ALIVE,
    retries: config.LLM_RETRIES,
    log,
  })
  app.decorate('model', used)
  app.addHook('onReady', async () => { used.warmUp() })
  app.addHook('onClose', () => used.close())
}, { name: 'model', dependencies: ['config'] })
