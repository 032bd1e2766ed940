// Asking: every answer in the making or kept, and what a question needs to join or start one.
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Answers, Reader } from '../src/answers/answers.ts'
import { answerKey } from '../src/answers/key.ts'
import { createMemoryAnswers } from '../src/answers/memory.ts'
import { createRedisAnswers } from '../src/answers/redis.ts'
import { answer, type Question } from '../src/chat/answer.ts'
import { createLatency, type Latency } from '../src/chat/latency.ts'
import { coded } from '../src/errors.ts'
import type { FinishEvent } from '../src/types.ts'

export interface AskOptions {
  /** Keep the answer going for a while when its last reader has left. */
  resumable: boolean
  /** Make an answer of its own, whatever there is. */
  fresh: boolean
  /** It is to be found by its conversation. */
  findable: boolean
}

declare module 'fastify' {
  interface FastifyInstance {
    answers: Answers
    latency: Latency
    /** Joins the answer to an equal question, or starts one. The reader must be closed. */
    ask (question: Question, options: AskOptions): Promise<Reader>
  }
}

export default fp(async (app: FastifyInstance) => {
  const { config } = app
  const limits = {
    cacheTtlMs: config.ANSWER_CACHE_TTL_SECONDS * 1000,
    cacheMaxBytes: config.ANSWER_CACHE_MAX_BYTES,
    graceMs: config.ANSWER_GRACE_SECONDS * 1000,
    logMaxBytes: config.ANSWER_LOG_MAX_BYTES,
    maxLive: config.ANSWERS_MAX_LIVE,
    onError: (error: unknown) => app.log.error({ err: error }, 'an answer broke off'),
  }
  const { redis } = app
  const answers = redis ? createRedisAnswers({ ...limits, redis, leaseMs: config.ANSWER_LEASE_MS }) : createMemoryAnswers(limits)
  const latency = createLatency()
  const deps = {
    embedder: app.embedder,
    engine: app.engine,
    model: app.model,
    now: () => performance.now(),
    onProblem: (problem: string, error: unknown, answerId: string) => app.log.warn({ err: error, answer_id: answerId }, problem),
  }
  const settings = {
    passages: config.SEARCH_PASSAGES,
    ngramMax: config.NGRAM_MAX,
    maxDocsChars: config.MAX_DOCS_CHARS,
    maxHintsChars: config.MAX_HINTS_CHARS,
    streamChunkChars: config.STREAM_CHUNK_CHARS,
  }

  app.decorate('answers', answers)
  app.decorate('latency', latency)
  app.decorate('ask', async (question: Question, { resumable, fresh, findable }: AskOptions) => {
    if (app.isClosing()) throw coded('SHUTTING_DOWN')
    const { profile } = question
    const version = app.engine.version(profile)
    const key = answerKey({
      company: profile.id,
      promptVersion: profile.version,
      indexVersion: typeof version === 'string' ? version : await version,
      model: profile.model ?? app.model.name,
      language: question.language,
      maxTokens: question.maxTokens,
      temperature: question.temperature,
      question: question.text,
      ...(question.indexes ? { indexes: question.indexes } : {}),
      ...(question.page ? { page: question.page } : {}),
    })
    return answers.open({
      company: profile.id,
      key: fresh ? null : key,
      resumable,
      conversationId: question.conversationId,
      ...(findable ? { findableBy: question.user } : {}),
      produce: (answerId, signal) => answer(deps, settings, question, answerId, signal),
      onEnd: (last, answerId) => {
        app.countAnswer(last)
        if (last.type !== 'finish') return
        // What was cut short says nothing about how long answers take.
        if (last.finish_reason !== 'stopped') latency.record(last.timings_ms)
        logAnswer(app.log, question, answerId, last, config.LOG_QUESTIONS)
      },
    })
  })

  // Running answers get a while to end; the rest are ended, so that every reader has a last event.
  app.addHook('preClose', async () => {
    const deadline = Date.now() + config.SHUTDOWN_SECONDS * 1000
    while (answers.stats().live > 0 && Date.now() < deadline) await new Promise(resolve => setTimeout(resolve, 20))
    await answers.close()
  })
}, { name: 'answers', dependencies: ['http', 'embedder', 'search', 'model', 'prompts', 'metrics', 'redis'] })

function logAnswer (log: FastifyBaseLogger, { profile, text }: Question, answerId: string, finish: FinishEvent, withQuestion: boolean): void {
  const { finish_reason, answered_by, citations, degraded, usage, timings_ms } = finish
  log.info({
    answer_id: answerId, company_id: profile.id, finish_reason, answered_by, citations: citations.length, degraded, usage, timings_ms,
    ...(withQuestion ? { question: text } : {}),
  }, 'answered')
}
