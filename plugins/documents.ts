// The documents of companies, as people put them in and take them out.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { DocumentStore } from '../src/documents/store.ts'
import { createSqliteDocuments } from '../src/backends/sqlite/documents.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** null with a Meilisearch that there is no key to write for: `causerie meili load` puts them in. */
    documents: DocumentStore | null
  }
}

export default fp(async (app: FastifyInstance) => {
  const { KNOWLEDGE_MAX_TOKENS: maxTokens } = app.config
  const { meilisearch } = app
  if (!meilisearch) {
    app.decorate('documents', createSqliteDocuments({
      store: app.store,
      maxTokens,
      onChanged: app.documentsChanged,
    }))
  } else if (!meilisearch.writing) {
    app.decorate('documents', null)
  } else {
    const profile = (company: string) => app.prompts.get(company)
    // It has a version of its own: what was known of it is read anew.
    const changed = (company: string): void => app.documentsChanged(company, '')
    const vectors = meilisearch.writing.openVectors({
      profile,
      embedder: app.embedder,
      companies: signal => app.promptStore.companies(signal),
      onChanged: changed,
      onError: (company, error) => app.log.warn({ err: error, company }, 'pieces not embedded'),
    })
    const documents = meilisearch.writing.openDocuments({
      profile,
      maxTokens,
      onChanged (company) {
        changed(company)
        vectors.fill([company])
      },
    })
    app.decorate('documents', documents)
    // Sample companies first: what is to be embedded may be one's.
    app.addHook('onReady', async () => { app.samplesLoaded.then(vectors.resume) })
    // Before the server waits for its requests, and before what else writes and reads ends: none of them waits for a task of Meilisearch.
    app.addHook('preClose', async () => {
      documents.close()
      await vectors.close()
    })
  }
}, { name: 'documents', dependencies: ['config', 'store', 'search', 'ingest', 'prompts', 'embedder'] })
