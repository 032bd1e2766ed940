// Sets up learning: the weights of a company's ranking, fitted to its feedback in the background.
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { openAnchorEngine } from '../src/backends/sqlite/anchors.ts'
import { anchorCases } from '../src/learning/anchors.ts'
import { createAsker } from '../src/learning/ask.ts'
import { createAutoLearning } from '../src/learning/auto.ts'
import { createLearning, type Learning } from '../src/learning/run.ts'
import type { CompanyProfile } from '../src/types.ts'

declare module 'fastify' {
  interface FastifyInstance {
    learning: Learning
    /** Tells AUTO_LEARN that a company may have enough new ratings. Does nothing where that is off. */
    maybeLearn (company: string): void
  }
}

const anchorsDir = fileURLToPath(new URL('../data/', import.meta.url))

export default fp(async (app: FastifyInstance) => {
  const { config, engine, embedder, profiles, feedback, curated, learningStore, log } = app
  const settings = { passages: config.SEARCH_PASSAGES, ngramMax: config.NGRAM_MAX, faqAnswers: config.FAQ_ANSWERS }
  const asker = (company: CompanyProfile, signal: AbortSignal, own = engine) =>
    createAsker({ engine: own, embedder, company, ...settings, signal })

  const learning = createLearning({
    learning: learningStore,
    feedback,
    curated,
    openAsker: asker,
    async openAnchors (signal) {
      const { engine, companies, close } = await openAnchorEngine({ dataDir: config.DATA_DIR, samplesDir: anchorsDir, embedder, signal })
      const askers = await Promise.all(companies.map(async company =>
        ({ asker: asker(company, signal, engine), cases: await anchorCases(anchorsDir, company.id) })))
      return { askers, close }
    },
    onUsed (company, version) {
      app.profileChanged(company)
      log.info({ company_id: company, version }, 'other weights are in use')
    },
    onError: (company, error) => log.warn({ err: error, company_id: company }, 'learning failed'),
  })
  const auto = config.AUTO_LEARN && feedback
    ? createAutoLearning({
      learning, store: learningStore, feedback, profile: profiles.get, minFeedback: config.LEARN_MIN_FEEDBACK,
      onStarted: (company, id) => {
        app.recordChange({ company, action: 'learning.start', target: id, key: null, by: 'AUTO_LEARN' })
      },
      onError: (company, error) => log.warn({ err: error, company_id: company }, 'new feedback was not counted'),
    })
    : null
  if (auto) app.answerEvents.on('rated', auto.rated)
  app.decorate('learning', learning)
  app.decorate('maybeLearn', (company: string) => { auto?.imported(company) })
  // What is not finished is begun again with the next ratings: nothing of it is needed.
  app.addHook('preClose', async () => { await learning.close() })
}, {
  name: 'learning',
  dependencies: ['config', 'profiles', 'models', 'search', 'usage', 'answers', 'feedback', 'curated'],
})
