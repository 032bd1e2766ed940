// Figures of the service: counters and histograms for Prometheus, quantiles for /stats, and a log line for each answer.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { MadeAnswer } from '../src/chat/ask.ts'
import { createLatency, type Latency } from '../src/chat/latency.ts'
import type { FinishEvent } from '../src/types.ts'

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Registry
    latency: Latency
    /** Counts and logs an answer that was made, not one that was there already. */
    recordAnswer (made: MadeAnswer): void
  }
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export default fp(async (app: FastifyInstance) => {
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  collectDefaultMetrics({ register: registry })
  const answers = new Counter({ name: 'causerie_answers_total', help: 'Answers made, by how they ended', labelNames: ['finish_reason', 'answered_by', 'degraded'], registers })
  const errors = new Counter({ name: 'causerie_answer_errors_total', help: 'Answers that ended in an error, by its code', labelNames: ['code'], registers })
  const firstToken = new Histogram({ name: 'causerie_first_token_seconds', help: 'From the question to its first token', buckets: seconds, registers })
  const total = new Histogram({ name: 'causerie_answer_seconds', help: 'From the question to the last event', buckets: seconds, registers })
  const search = new Histogram({ name: 'causerie_search_seconds', help: 'Search of one question', buckets: seconds, registers })

  /** A gauge that is read when it is asked for. */
  const gauge = (name: string, help: string, value: () => number) => new Gauge({
    name, help, registers, collect () { this.set(value()) },
  })
  gauge('causerie_answers_live', 'Answers in the making', () => app.answers.stats().live)
  gauge('causerie_readers', 'Clients that read an answer', () => app.answers.stats().readers)
  gauge('causerie_answer_cache_bytes', 'Memory of kept answers', () => app.answers.stats().kept_bytes)
  gauge('causerie_answer_cache_hits', 'Questions answered from the cache since the start', () => app.answers.stats().hits)
  gauge('causerie_answer_joins', 'Questions that joined a running answer since the start', () => app.answers.stats().joined)
  gauge('causerie_embedding_queue', 'Questions that wait for the embedding model', () => app.embedder.stats().queue.questions)

  const latency = createLatency()
  app.decorate('metrics', registry)
  app.decorate('latency', latency)
  app.decorate('recordAnswer', (made: MadeAnswer) => {
    const { last, isWarmUp } = made
    if (last.type === 'error') errors.inc({ code: last.code })
    if (last.type !== 'finish') return
    const { finish_reason, answered_by, degraded, timings_ms } = last
    // An answer that was cut short says nothing about how long answers take.
    const isTimed = finish_reason !== 'stopped'
    answers.inc({ finish_reason, answered_by, degraded: String(degraded) })
    if (isTimed) {
      firstToken.observe(timings_ms.first_token / 1000)
      total.observe(timings_ms.total / 1000)
      search.observe(timings_ms.search / 1000)
    }
    if (isWarmUp) return
    if (isTimed) latency.record(timings_ms)
    app.log.info(logLine(made, last, app.config.LOG_QUESTIONS), 'answered')
  })
}, { name: 'metrics', dependencies: ['config', 'embedder'] })

function logLine ({ answerId, question: { profile, text } }: MadeAnswer, last: FinishEvent, withQuestion: boolean): object {
  const { finish_reason, answered_by, citations, degraded, usage, timings_ms } = last
  return {
    answer_id: answerId, company_id: profile.id, finish_reason, answered_by, citations: citations.length, degraded, usage, timings_ms,
    ...(withQuestion ? { question: text } : {}),
  }
}
