// Loads the sample companies at start, then gives passages their vectors in the background.
import { existsSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { loadSamples } from '../src/backends/sqlite/samples.ts'
import { createVectors } from '../src/backends/sqlite/vectors.ts'
import type { Vectors } from '../src/documents/store.ts'

declare module 'fastify' {
  interface FastifyInstance {
    vectors: Vectors
    /** Settles when the sample companies can be searched; its failure is a reason not to be ready. */
    samplesLoaded: Promise<string | null>
  }
}

export default fp(async (app: FastifyInstance) => {
  const { SAMPLES_DIR } = app.config
  // With Meilisearch the documents lie there, put in by `causerie meili load`.
  const documents = app.meilisearch === null
  const vectors = createVectors({
    store: app.store,
    embedder: app.embedder,
    profile: company => app.prompts.get(company),
    onChanged: app.documentsChanged,
    onError: (company, error) => app.log.warn({ err: error, company }, 'passages not embedded'),
  })

  async function load (): Promise<string | null> {
    const problems: string[] = []
    try {
      if (SAMPLES_DIR !== '' && existsSync(SAMPLES_DIR)) {
        const onChanged = (company: string, version: string) => {
          app.prompts.drop(company)
          app.documentsChanged(company, version)
        }
        for (const loaded of await loadSamples({ dir: SAMPLES_DIR, store: app.store, documents, onChanged })) {
          if (loaded.problem !== undefined) {
            problems.push(`${loaded.company}: ${loaded.problem}`)
            app.log.error(loaded, 'sample company not loaded')
          }
          if (loaded.changed) app.log.info(loaded, 'sample company loaded')
          if (loaded.rejected > 0) app.log.warn(loaded, 'some items are no documents')
        }
      }
      if (documents) vectors.fill(await app.store.companies())
      return problems.length === 0 ? null : problems.join('; ')
    } catch (error) {
      app.log.error({ err: error }, 'sample companies not loaded')
      return (error as Error).message
    }
  }

  app.decorate('vectors', vectors)
  app.decorate('samplesLoaded', load())
  app.addHook('preClose', () => vectors.close())
}, { name: 'ingest', dependencies: ['config', 'store', 'search', 'embedder', 'prompts'] })
