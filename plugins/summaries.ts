// What companies know, in short.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { rewordSummary } from '../src/chat/summary.ts'
import { findTokenizerFile } from '../src/embed/model-variants.ts'
import { policyOf } from '../src/llm/model.ts'
import { createSummaries, type Summaries } from '../src/documents/summaries.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** null where there are no documents that can be read. */
    summaries: Summaries | null
  }
}

/** A language model that has not written a summary in this time will not: then it is made without. */
const rewordMs = 45_000

export default fp(async (app: FastifyInstance) => {
  const { config, documents, model } = app
  if (!documents) {
    app.decorate('summaries', null)
    return
  }
  const closing = new AbortController()
  const summaries = createSummaries({
    documents,
    tokenizer: () => findTokenizerFile(config.MODELS_DIR, app.embedder.defaultModel, config.EMBEDDING_SCRIPTS) ?? '',
    ...(policyOf(model).rewords
      ? { reword: (profile, text, maxTokens) => rewordSummary({ model, profile, text, maxTokens, timeoutMs: rewordMs, signal: closing.signal }) }
      : {}),
    onProblem: (problem, error) => app.log.warn({ err: error }, problem),
  })
  app.decorate('summaries', summaries)
  app.addHook('preClose', async () => {
    closing.abort()
    await summaries.close()
  })
}, { name: 'summaries', dependencies: ['config', 'documents', 'embedder', 'model', 'search'] })
