// /health, /ready, /stats and /metrics: the state and the figures of the service.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { openMetricsType, plainType, toPlainMetrics } from '../src/metrics/format.ts'
import { errorResponse } from '../src/wire/schemas.ts'

const Reasons = Type.Record(Type.String(), Type.String())
const ReadinessSchema = Type.Object({
  ready: Type.Boolean(),
  waiting: Type.Unsafe<Record<string, string>>({ ...Reasons, description: 'Parts that are not available yet: part → reason' }),
  degraded: Type.Unsafe<Record<string, string>>({ ...Reasons, description: 'Parts that work with restrictions: part → reason' }),
  parts: Type.Record(Type.String(), Type.Object({
    state: Type.Enum(['ok', 'degraded', 'waiting']),
    since: Type.String({ format: 'date-time', description: 'Since when it has been ok, or has not been' }),
    last_failure: Type.Optional(Type.Object({ at: Type.String({ format: 'date-time' }), reason: Type.String() })),
  }), { description: 'Every part of the service' }),
})

/** The longest wait for the key of the request to be looked up: a store of keys that hangs must not hold the answer. */
const operatorMs = 25
/** Shown in place of a reason, which may name hosts and files, to anyone but an operator. */
const hidden = 'the reason is shown to an admin key'

/** The figures of the whole service require an admin key for all companies. */
const refusals = {
  401: errorResponse('The key is missing or not valid'),
  403: errorResponse('The key may not do this, or belongs to one company'),
}

const routes: FastifyPluginAsyncTypebox<{ version: string }> = async (app, { version }) => {
  const startedAt = performance.now()

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
          '200 once the models are loaded and the search engine answers, 503 until then. Every part is probed in the background, so ' +
          'the answer comes at once whatever hangs. Only a key with the scope `admin` for all companies sees the reasons.',
        security: [{}, { key: [] }],
        response: { 200: ReadinessSchema, 503: ReadinessSchema },
      },
    },
    async (request, reply) => {
      const [readiness, isOperator] = await Promise.all([app.readiness(), app.isOperator(request, operatorMs)])
      const { ready, waiting, degraded, parts } = readiness
      reply.code(ready ? 200 : 503)
      if (isOperator) return reply.send(readiness)
      const hide = (reasons: Record<string, string>) => Object.fromEntries(Object.keys(reasons).map(part => [part, hidden]))
      return reply.send({
        ready,
        waiting: hide(waiting),
        degraded: hide(degraded),
        parts: Object.fromEntries(Object.entries(parts).map(([part, { last_failure: failure, ...report }]) => [
          part, { ...report, ...(failure && { last_failure: { at: failure.at, reason: hidden } }) },
        ])),
      })
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
            description: 'Models, caches, pools, hit rates, latency, and the minutes of the last hour',
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
        uptime_seconds: Math.round((performance.now() - startedAt) / 1000),
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
        last_hour: app.lastHour.minutes(),
      }
    }
  )

  app.get('/metrics', {
    ...app.authorize('admin', { wholeService: true }),
    schema: {
      tags: ['status'],
      summary: 'Show figures for Prometheus',
      description: 'OpenMetrics, with exemplars, for clients that accept it, as Prometheus does; else Prometheus\' older text format.',
      response: {
        200: {
          description: 'The metrics',
          content: { 'text/plain': { schema: Type.String() }, 'application/openmetrics-text': { schema: Type.String() } },
        },
        ...refusals,
      },
    },
  }, async ({ headers: { accept = '' } }, reply) => {
    const metrics = await app.metrics()
    reply.header('cache-control', 'no-store').header('vary', 'accept')
    return accept.includes('application/openmetrics-text')
      ? reply.type(openMetricsType).send(metrics)
      : reply.type(plainType).send(toPlainMetrics(metrics))
  })
}

export default routes
