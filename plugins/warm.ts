// Sets up the warm-up: answers common questions at start, and again when a company's documents or profile have changed.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { unlessAborted } from '../src/async/signals.ts'
import { createWarmUp, type WarmUp } from '../src/chat/warm.ts'

declare module 'fastify' {
  interface FastifyInstance { warmUp: WarmUp }
}

export default fp(async (app: FastifyInstance) => {
  const { config, closingSignal, commonQuestions } = app
  const isAnythingKept = config.ANSWER_CACHE_TTL_SECONDS > 0 && config.ANSWER_CACHE_MAX_BYTES > 0
  const warmUp = createWarmUp({
    profiles: app.profiles,
    companies: signal => app.profileStore.companies(signal),
    engine: app.engine,
    commonQuestions,
    ask: app.ask,
    isBusy: () => app.answers.stats().live > 0,
    maxQuestions: isAnythingKept ? config.WARM_QUESTIONS : 0,
    signal: closingSignal,
    onWarmed: warmed => app.log.info(warmed, 'common questions answered'),
    onProblem: (problem, error, company) =>
      app.log.warn({ err: error, ...(company === undefined ? {} : { company_id: company }) }, problem),
  })
  app.decorate('warmUp', warmUp)

  let running: Promise<unknown> = Promise.resolve()
  app.addHook('onReady', async () => {
    running = unlessAborted(Promise.all([app.samplesLoaded, app.embedder.loaded()]), closingSignal).then(warmUp.run, () => {})
  })
  app.addHook('preClose', async () => {
    await running
    await commonQuestions.save()
  })
}, { name: 'warm', dependencies: ['config', 'http', 'profiles', 'models', 'search', 'conversations', 'answers', 'documents'] })
