// The documents of companies, as people put them in and take them out.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { DocumentStore } from '../src/knowledge/documents.ts'
import { createSqliteDocuments } from '../src/knowledge/sqlite.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** null with Meilisearch, where `causerie meili load` puts them in. */
    documents: DocumentStore | null
  }
}

export default fp(async (app: FastifyInstance) => {
  app.decorate('documents', app.config.MEILI_URL === ''
    ? createSqliteDocuments({
      store: app.store,
      onChanged (company, version) {
        app.documentsChanged(company, version)
        // What is new has no vectors yet.
        app.vectors.fill([company])
      },
    })
    : null)
}, { name: 'documents', dependencies: ['config', 'store', 'search', 'ingest'] })
