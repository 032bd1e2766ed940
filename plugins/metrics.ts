// Figures for Prometheus: what /stats tells, as counters and histograms.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { AnswerEvent } from '../src/types.ts'

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Registry
    /** To be called with the last event of each answer that was made (not of cached ones). */
    countAnswer (last: AnswerEvent): void
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

  app.decorate('metrics', registry)
  app.decorate('countAnswer', (last: AnswerEvent) => {
    if (last.type === 'error') errors.inc({ code: last.code })
    if (last.type !== 'finish') return
    const { finish_reason, answered_by, degraded, timings_ms } = last
    answers.inc({ finish_reason, answered_by, degraded: String(degraded) })
    if (finish_reason === 'stopped') return
    firstToken.observe(timings_ms.first_token / 1000)
    total.observe(timings_ms.total / 1000)
    search.observe(timings_ms.search / 1000)
  })
}, { name: 'metrics', dependencies: ['embedder'] })
