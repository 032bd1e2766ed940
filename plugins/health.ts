// Counts what the service does: figures for Prometheus and /stats, and a log line for each answer.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { MadeAnswer } from '../src/chat/ask.ts'
import { createLatency, type Latency } from '../src/chat/latency.ts'
import type { FinishEvent } from '../src/types.ts'

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Registry
    /** How long answers took that a client waited for. */
    latency: Latency
  }
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export default fp(
  async (app: FastifyInstance) => {
    const { config, answers, embedder, webSearch, log } = app
    const metrics = new Registry()
    const latency = createLatency()
    collectDefaultMetrics({ register: metrics })
    addGauges(metrics, {
      causerie_answers_live: ['Answers in the making', () => answers.stats().live],
      causerie_readers: ['Clients that read an answer', () => answers.stats().readers],
      causerie_answer_cache_bytes: ['Memory of kept answers', () => answers.stats().kept_bytes],
      causerie_answer_cache_hits: ['Questions answered from the cache since the start', () => answers.stats().hits],
      causerie_answer_joins: ['Questions that joined a running answer since the start', () => answers.stats().joined],
      causerie_turns_waiting: ['Turns of conversations that wait to be written', () => app.conversations.stats().unwritten],
      causerie_turns_lost: ['Turns of conversations that could not be written since the start', () => app.conversations.stats().lost],
      causerie_embedding_queue: ['Questions that wait for the embedding model', () => embedder.stats().queue.questions],
    })
    if (webSearch) {
      addGauges(metrics, {
        causerie_web_searches: ['Questions that the web search did not know yet, since the start', () => webSearch.stats().misses],
        causerie_web_search_hits: [
          'Questions whose results of the web were kept or on their way, since the start',
          () => webSearch.stats().hits,
        ],
        causerie_web_search_failures: ['Searches of the web that failed, since the start', () => webSearch.stats().failures],
      })
    }
    const count = createAnswerCounters(metrics)
    app.answerEvents.on('made', made => {
      count(made)
      const { last, isWarmUp } = made
      if (last.type !== 'finish' || isWarmUp) return
      if (isTimed(last)) latency.record(last.timings_ms)
      log.info(logLine(made, last, config.LOG_QUESTIONS), 'answered')
    })
    app.decorate('metrics', metrics)
    app.decorate('latency', latency)
  },
  {
    name: 'health',
    dependencies: ['config', 'models', 'search', 'conversations', 'answers'],
  }
)

/** Adds gauges whose values are read when Prometheus asks. */
function addGauges (register: Registry, gauges: Record<string, [help: string, value: () => number]>): void {
  for (const [name, [help, value]] of Object.entries(gauges)) {
    const gauge: Gauge = new Gauge({ name, help, registers: [register], collect: () => { gauge.set(value()) } })
  }
}

function createAnswerCounters (register: Registry): (made: MadeAnswer) => void {
  const registers = [register]
  const answers = new Counter({
    name: 'causerie_answers_total',
    help: 'Answers made, by how they ended',
    labelNames: ['finish_reason', 'answered_by', 'degraded'],
    registers,
  })
  const errors = new Counter({
    name: 'causerie_answer_errors_total',
    help: 'Answers that ended in an error, by its code',
    labelNames: ['code'],
    registers,
  })
  const histogram = (name: string, help: string) => new Histogram({ name, help, buckets: seconds, registers })
  const firstToken = histogram('causerie_first_token_seconds', 'From the question to its first token')
  const total = histogram('causerie_answer_seconds', 'From the question to the last event')
  const search = histogram('causerie_search_seconds', 'Search of one question')
  return ({ last }) => {
    if (last.type === 'error') errors.inc({ code: last.code })
    if (last.type !== 'finish') return
    const { finish_reason, answered_by, degraded, timings_ms } = last
    answers.inc({ finish_reason, answered_by, degraded: String(degraded) })
    if (!isTimed(last)) return
    firstToken.observe(timings_ms.first_token / 1000)
    total.observe(timings_ms.total / 1000)
    search.observe(timings_ms.search / 1000)
  }
}

/** Excludes answers that were cut short, or to no question: they say nothing about how long answers take. */
function isTimed ({ finish_reason: reason, answered_by: by }: FinishEvent): boolean {
  return reason !== 'stopped' && by !== 'smalltalk'
}

function logLine ({ answerId, question: { profile, text } }: MadeAnswer, last: FinishEvent, withQuestion: boolean): object {
  const { finish_reason, answered_by, citations, degraded, usage, timings_ms } = last
  return {
    answer_id: answerId, company_id: profile.id, finish_reason, answered_by, citations: citations.length, degraded, usage, timings_ms,
    ...(withQuestion ? { question: text } : {}),
  }
}
