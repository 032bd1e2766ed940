// Whether questions can be answered well, and what is missing.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

export interface Readiness {
  ready: boolean
  /** What is not there yet: part → reason. */
  waiting: Record<string, string>
  /** What works with less than was asked for: part → reason. It does not keep the service from being ready. */
  degraded: Record<string, string>
}

declare module 'fastify' {
  interface FastifyInstance { readiness (): Promise<Readiness> }
}

export default fp(async (app: FastifyInstance) => {
  let samples: string | null | undefined
  app.samplesLoaded.then(problem => { samples = problem })

  app.decorate('readiness', async () => {
    const waiting: Record<string, string> = {}
    const degraded: Record<string, string> = {}
    if (app.isClosing()) waiting.service = 'shutting down'
    if (samples === undefined) waiting.samples = 'the sample companies are being loaded'
    else if (samples !== null) degraded.samples = samples
    for (const { id, state, reason } of app.embedder.stats().models) {
      if (state === 'loading') waiting[`embedding ${id}`] = 'the model is being loaded'
      if (state === 'unavailable') degraded[`embedding ${id}`] = `search is by words only: ${reason}`
    }
    const [search, prompts] = await Promise.all([app.engine.unavailable(), app.promptStore.unavailable()])
    if (search !== null) waiting.search = search
    // Profiles that were read once serve on for a day.
    if (prompts !== null) (app.prompts.stats().size > 0 ? degraded : waiting).prompts = prompts
    const model = app.model.stats()
    if (!model.ready) degraded.model = model.reason ?? 'the language model is not warm yet'
    const conversations = await app.conversations.unavailable()
    if (conversations !== null) degraded.conversations = `questions are answered without what was said before: ${conversations}`
    const redis = app.redis?.stats().problem
    if (redis) degraded.redis = `answers and rate limits are not shared: ${redis}`
    return { ready: Object.keys(waiting).length === 0, waiting, degraded }
  })
}, { name: 'readiness', dependencies: ['http', 'ingest', 'embedder', 'search', 'prompts', 'model', 'redis', 'conversations'] })
