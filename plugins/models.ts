// Loads the embedding models and the language model from the start.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { settlesWithin } from '../src/async/signals.ts'
import { embedderSettings, modelSettings } from '../src/config.ts'
import { createEmbedder } from '../src/embed/create.ts'
import type { Embedder } from '../src/embed/embedder.ts'
import { createModel } from '../src/llm/create.ts'
import type { LanguageModel } from '../src/llm/model.ts'

declare module 'fastify' {
  interface FastifyInstance {
    embedder: Embedder
    model: LanguageModel
  }
}

/** The longest wait for the embedding thread when the service closes. */
const threadMs = 500

export default fp(async (app: FastifyInstance, given: { embedder?: Embedder | undefined, model?: LanguageModel | undefined }) => {
  const { config, log } = app
  const embedder = given.embedder ?? createEmbedder({
    ...embedderSettings(config),
    cacheMax: config.EMBEDDING_CACHE_MAX,
    log,
  })
  const model = given.model ?? await createModel({ ...modelSettings(config), log })
  app.decorate('embedder', app.tracing?.embedder(embedder) ?? embedder)
  app.decorate('model', app.tracing?.model(model) ?? model)
  app.addHook('onReady', async () => { model.warmUp() })
  // What a thread does outside of JavaScript, such as loading a model, cannot be ended.
  app.addHook('onClose', async () => { await Promise.all([model.close(), settlesWithin(threadMs, embedder.close())]) })
}, { name: 'models', dependencies: ['config', 'tracing'] })
