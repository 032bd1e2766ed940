// Condenses old documents in the background, after what was put in has filled the room, and once an hour.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createCompaction, type Compaction } from '../src/backends/sqlite/compaction.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** null with Meilisearch, whose documents stay as they are. */
    compaction: Compaction | null
  }
}

export default fp(async (app: FastifyInstance) => {
  const { config } = app
  if (app.meilisearch) {
    app.decorate('compaction', null)
    return
  }
  const compaction = createCompaction({
    store: app.store,
    mode: config.COMPRESSION,
    minAgeMs: config.COMPRESSION_MIN_AGE_HOURS * 3_600_000,
    keepOriginal: config.COMPRESSION_KEEP_ORIGINAL,
    maxTokens: config.KNOWLEDGE_MAX_TOKENS,
    onChanged: app.documentsChanged,
    onDone: company => { app.vectors.fill([company]) },
    onError: (company, error) => app.log.warn({ err: error, company }, 'old documents not condensed'),
  })
  app.decorate('compaction', compaction)
  app.addHook('preClose', () => compaction.close())
}, { name: 'compaction', dependencies: ['config', 'store', 'search', 'ingest', 'documents'] })
