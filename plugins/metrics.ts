// Counts what the service does: metrics for Prometheus, the quantiles of /stats, and a log line for each answer.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Registry, collectDefaultMetrics } from 'prom-client'
import type { MadeAnswer } from '../src/chat/ask.ts'
import { createLastHour, type LastHour } from '../src/chat/last-hour.ts'
import { createLatency, type Latency } from '../src/chat/latency.ts'
import { createAnswerMetrics, isTimed } from '../src/metrics/answers.ts'
import { createCompanyCounts } from '../src/metrics/companies.ts'
import { openMetricsType } from '../src/metrics/format.ts'
import { createHttpMetrics } from '../src/metrics/http.ts'
import { addPartMetrics } from '../src/metrics/parts.ts'
import type { FinishEvent } from '../src/types.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Returns all metrics as OpenMetrics. */
    metrics (): Promise<string>
    /** How long answers took that a client waited for. */
    latency: Latency
    /** The minutes of the last hour. */
    lastHour: LastHour
  }
}

export default fp(async (app: FastifyInstance, { version }: { version: string }) => {
  const { config, answers, embedder, log } = app
  const register = new Registry()
  // Exemplars exist in this format alone.
  register.setContentType(openMetricsType as unknown as typeof register.contentType)
  const latency = createLatency()
  const lastHour = createLastHour()
  collectDefaultMetrics({ register })
  // Gauges that are named like counters, which promtool refuses; the same figures by type stay.
  for (const what of ['handles', 'requests', 'resources']) register.removeSingleMetric(`nodejs_active_${what}_total`)
  const counts = createAnswerMetrics(register, createCompanyCounts(config.METRICS_COMPANIES))
  const http = createHttpMetrics(register)
  addPartMetrics(register, {
    answers: answers.stats,
    similar: () => app.similarAnswers?.stats() ?? null,
    embedding: () => embedder.stats(),
    profiles: app.profiles.stats,
    keys: app.keyVerifier.stats,
    web: () => app.webSearch?.stats() ?? null,
    uploads: () => app.uploads?.stats() ?? null,
    search: () => app.engine.stats(),
    vectors: () => app.vectors.stats(),
    conversations: () => app.conversations.stats(),
    model: () => app.model.stats(),
    warm: () => app.warmUp.stats(),
    readiness: () => app.readiness(),
  }, { dataDir: config.DATA_DIR, version })

  app.onResponded(({ method, route, status, ms }) => http.answered(method, route, status, ms))
  app.answerEvents.on('made', made => {
    const { last, isWarmUp, answerId, question: { profile } } = made
    const trace = app.tracing?.ids()
    counts.made(profile.id, last, { answer_id: answerId, ...(trace && { trace_id: trace.trace_id }) })
    if (isWarmUp) return
    if (last.type !== 'finish') {
      if (last.type === 'error') lastHour.failed()
      return
    }
    if (isTimed(last)) {
      latency.record(last.timings_ms)
      lastHour.made(last.timings_ms)
    }
    log.info(logLine(made, last, config.LOG_QUESTIONS), 'answered')
  })
  app.answerEvents.on('answered', counts.answered)
  app.answerEvents.on('rated', (_, { score }) => counts.rated(score))
  app.decorate('metrics', () => register.metrics())
  app.answerEvents.on('asked', lastHour.asked)
  app.decorate('latency', latency)
  app.decorate('lastHour', lastHour)
}, {
  name: 'metrics',
  dependencies: [
    'config', 'tracing', 'http', 'auth', 'profiles', 'models', 'search', 'conversations', 'answers', 'documents',
    'uploads', 'warm', 'readiness',
  ],
})

function logLine ({ answerId, question: { profile, text } }: MadeAnswer, last: FinishEvent, withQuestion: boolean): object {
  const { finish_reason, answered_by, citations, degraded, usage, timings_ms } = last
  return {
    answer_id: answerId, company_id: profile.id, finish_reason, answered_by, citations: citations.length, degraded, usage, timings_ms,
    ...(withQuestion ? { question: text } : {}),
  }
}
