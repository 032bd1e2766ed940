// Is it alive, is it ready, how is it doing.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { errorResponse } from '../src/wire/schemas.ts'

const Reasons = Type.Record(Type.String(), Type.String())
const ReadinessSchema = Type.Object({
  ready: Type.Boolean(),
  waiting: Type.Unsafe<Record<string, string>>({ ...Reasons, description: 'What is not there yet: part → reason' }),
  degraded: Type.Unsafe<Record<string, string>>({ ...Reasons, description: 'What works with less than was asked for: part → reason' }),
})

/** What is said of the service as a whole is for an admin's key to all companies. */
const refusals = { 401: errorResponse('No key, or one that does not work'), 403: errorResponse('The key may not do this, or is one company\'s') }

const routes: FastifyPluginAsyncTypebox<{ version: string }> = async (app, { version }) => {
  const startedAt = Date.now()

  app.get('/health', {
    schema: { tags: ['status'], summary: 'The process is alive', security: [], response: { 200: Type.Object({ status: Type.Literal('ok') }) } },
  }, async () => ({ status: 'ok' as const }))

  app.get('/ready', {
    schema: {
      tags: ['status'],
      summary: 'Questions can be answered',
      description: 'Models are loaded and the engines answer; 503 until then. The reasons are told to a key with the scope `admin` for all companies.',
      security: [{}, { key: [] }],
      response: { 200: ReadinessSchema, 503: ReadinessSchema },
    },
  }, async (request, reply) => {
    const { ready, waiting, degraded } = await app.readiness()
    reply.code(ready ? 200 : 503)
    if (await app.isOperator(request)) return reply.send({ ready, waiting, degraded })
    // Reasons may name hosts and files: whoever has no key learns which part it is, and no more.
    const parts = (reasons: Record<string, string>) => Object.fromEntries(Object.keys(reasons).map(part => [part, 'the reason is told to an admin\'s key']))
    return reply.send({ ready, waiting: parts(waiting), degraded: parts(degraded) })
  })

  app.get('/stats', {
    ...app.authorize('admin', { wholeService: true }),
    schema: {
      tags: ['status'],
      summary: 'Figures since the start',
      response: { 200: Type.Unsafe<object>({ type: 'object', additionalProperties: true, description: 'Models, caches, pools, hit rates, latency' }), ...refusals },
    },
    serializerCompiler: () => data => JSON.stringify(data),
  }, async () => {
    const { embedder, model, prompts, answers, engine, vectors, keyVerifier } = app
    const kept = answers.stats()
    const asked = kept.hits + kept.joined + kept.misses
    return {
      version,
      uptime_seconds: Math.round((Date.now() - startedAt) / 1000),
      memory_mb: Math.round(process.memoryUsage.rss() / 1_048_576),
      ...await app.readiness(),
      llm: model.stats(),
      embedding: embedder.stats(),
      vectors: vectors.stats(),
      search: engine.stats(),
      prompts: prompts.stats(),
      keys: keyVerifier.stats(),
      warm: app.warmUp.stats(),
      ...(app.similarAnswers ? { similar: app.similarAnswers.stats() } : {}),
      ...(app.webSearch ? { web_search: app.webSearch.stats() } : {}),
      conversations: app.conversations.stats(),
      answers: { ...kept, hit_rate: asked === 0 ? 0 : Math.round(1000 * (kept.hits + kept.joined) / asked) / 1000 },
      latency_ms: app.latency.stats(),
    }
  })

  app.get('/metrics', {
    ...app.authorize('admin', { wholeService: true }),
    schema: {
      tags: ['status'],
      summary: 'Figures for Prometheus',
      response: { 200: { description: 'Text format', content: { 'text/plain': { schema: Type.String() } } }, ...refusals },
    },
  }, async (_, reply) => reply.type(app.metrics.contentType).send(await app.metrics.metrics()))
}

export default routes
