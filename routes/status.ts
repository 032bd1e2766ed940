// /health, /ready, /stats and /metrics: the state and the figures of the service.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { errorResponse } from '../src/wire/schemas.ts'

const Reasons = Type.Record(Type.String(), Type.String())
const ReadinessSchema = Type.Object({
  ready: Type.Boolean(),
  waiting: Type.Unsafe<Record<string, string>>({ ...Reasons, description: 'Parts that are not available yet: part → reason' }),
  degraded: Type.Unsafe<Record<string, string>>({ ...Reasons, description: 'Parts that work with restrictions: part → reason' }),
})

/** The figures of the whole service require an admin key for all companies. */
const refusals = {
  401: errorResponse('The key is missing or not valid'),
  403: errorResponse('The key may not do this, or belongs to one company'),
}

const routes: FastifyPluginAsyncTypebox<{ version: string }> = async (app, { version }) => {
  const startedAt = Date.now()

  app.get(
    '/health',
    {
      schema: {
        tags: ['status'],
        summary: 'Check that the process is alive',
        security: [],
        response: { 200: Type.Object({ status: Type.Literal('ok') }) },
      },
    },
    async () => ({ status: 'ok' as const })
  )

  app.get(
    '/ready',
    {
      schema: {
        tags: ['status'],
        summary: 'Check that questions can be answered',
        description:
          '200 once the models are loaded and the search engine answers, 503 until then. Only a key with the scope `admin` for all ' +
          'companies sees the reasons.',
        security: [{}, { key: [] }],
        response: { 200: ReadinessSchema, 503: ReadinessSchema },
      },
    },
    async (request, reply) => {
      const { ready, waiting, degraded } = await app.readiness()
      reply.code(ready ? 200 : 503)
      if (await app.isOperator(request)) return reply.send({ ready, waiting, degraded })
      // Reasons may name hosts and files: without a key only the names of the parts are shown.
      const parts = (reasons: Record<string, string>) =>
        Object.fromEntries(Object.keys(reasons).map(part => [part, 'the reason is shown to an admin key']))
      return reply.send({ ready, waiting: parts(waiting), degraded: parts(degraded) })
    }
  )

  app.get(
    '/stats',
    {
      ...app.authorize('admin', { wholeService: true }),
      schema: {
        tags: ['status'],
        summary: 'Show figures since the start',
        response: {
          200: Type.Unsafe<object>({
            type: 'object',
            additionalProperties: true,
            description: 'Models, caches, pools, hit rates, latency',
          }),
          ...refusals,
        },
      },
      serializerCompiler: () => data => JSON.stringify(data),
    },
    async () => {
      const { embedder, model, profiles, answers, engine, vectors, keyVerifier } = app
      const answerStats = answers.stats()
      const asked = answerStats.hits + answerStats.joined + answerStats.misses
      return {
        version,
        uptime_seconds: Math.round((Date.now() - startedAt) / 1000),
        memory_mb: Math.round(process.memoryUsage.rss() / 1_048_576),
        ...(await app.readiness()),
        llm: model.stats(),
        embedding: embedder.stats(),
        vectors: vectors.stats(),
        search: engine.stats(),
        prompts: profiles.stats(),
        keys: keyVerifier.stats(),
        warm: app.warmUp.stats(),
        ...(app.similarAnswers ? { similar: app.similarAnswers.stats() } : {}),
        ...(app.webSearch ? { web_search: app.webSearch.stats() } : {}),
        conversations: app.conversations.stats(),
        answers: {
          ...answerStats,
          hit_rate: asked === 0 ? 0 : Math.round((1000 * (answerStats.hits + answerStats.joined)) / asked) / 1000,
        },
        latency_ms: app.latency.stats(),
      }
    }
  )

  app.get('/metrics', {
    ...app.authorize('admin', { wholeService: true }),
    schema: {
      tags: ['status'],
      summary: 'Show figures for Prometheus',
      response: { 200: { description: 'Text format', content: { 'text/plain': { schema: Type.String() } } }, ...refusals },
    },
  }, async (_, reply) => reply.type(app.metrics.contentType).send(await app.metrics.metrics()))
}

export default routes
