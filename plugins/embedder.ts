// The embedding models, loading from the start.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createEmbedder } from '../src/embed/create.ts'
import type { Embedder } from '../src/embed/embedder.ts'

declare module 'fastify' {
  interface FastifyInstance { embedder: Embedder }
}

export default fp(async (app: FastifyInstance, { embedder }: { embedder?: Embedder }) => {
  const { config } = app
  const used = embedder ?? createEmbedder({
    models: config.EMBEDDING_MODELS.split(',').map(model => model.trim()).filter(Boolean),
    dtype: config.EMBEDDING_DTYPE,
    scripts: config.EMBEDDING_SCRIPTS,
    threads: config.EMBEDDING_THREADS,
    modelsDir: config.MODELS_DIR,
    hubUrl: config.MODELS_HUB_URL,
    cacheMax: config.EMBEDDING_CACHE_MAX,
    log: app.log,
  })
  app.decorate('embedder', used)
  app.addHook('onClose', () => used.close())
}, { name: 'embedder', dependencies: ['config'] })
