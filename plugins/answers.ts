// Asking: the answers that are being made or kept. Running ones may end before the service closes.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Answers } from '../src/answers/answers.ts'
import { sleep } from '../src/async/signals.ts'
import { createMemoryAnswers } from '../src/answers/memory.ts'
import { createSimilarAnswers, type SimilarAnswers } from '../src/answers/similar.ts'
import { createRedisAnswers } from '../src/backends/redis/answers.ts'
import { createAsk, type Ask } from '../src/chat/ask.ts'
import type { Config } from '../src/config.ts'
import { createCiting } from '../src/documents/citations.ts'
import { coded } from '../src/errors.ts'
import { similarThreshold } from '../src/language/same-question.ts'

declare module 'fastify' {
  interface FastifyInstance {
    answers: Answers
    /** Null when SIMILAR_ANSWERS is off. */
    similarAnswers: SimilarAnswers | null
    ask: Ask
  }
}

/** Citations may take this long to be noted even when running answers have used up the time to shut down. */
const leastCitingMs = 1000

export default fp(async (app: FastifyInstance) => {
  const { config, redis, embedder, engine, model, webSearch: web, prompts: profiles, conversations, condenser, commonQuestions } = app
  const limits = {
    cacheTtlMs: config.ANSWER_CACHE_TTL_SECONDS * 1000,
    cacheMaxBytes: config.ANSWER_CACHE_MAX_BYTES,
    graceMs: config.ANSWER_GRACE_SECONDS * 1000,
    logMaxBytes: config.ANSWER_LOG_MAX_BYTES,
    maxLive: config.ANSWERS_MAX_LIVE,
    onError: (error: unknown) => app.log.error({ err: error }, 'an answer broke off'),
  }
  const answers = redis ? createRedisAnswers({ ...limits, redis, leaseMs: config.ANSWER_LEASE_MS }) : createMemoryAnswers(limits)
  const similar = config.SIMILAR_ANSWERS
    ? createSimilarAnswers({ maxBytes: config.SIMILAR_ANSWERS_MAX_BYTES, ttlMs: limits.cacheTtlMs, threshold: similarThreshold })
    : null
  const citing = createCiting({
    cite: async (company, passages, at) => app.documents?.cite(company, passages, at),
    // Each write is a task of Meilisearch.
    flushMs: app.meilisearch ? 60_000 : 5000,
    maxEntries: 10_000,
    onError: (error, company) => app.log.warn({ err: error, company_id: company }, 'what answers cite was not noted'),
  })
  const ask = createAsk({
    embedder, engine, model, web, profiles, answers, conversations, condenser, commonQuestions, similar,
    now: () => performance.now(),
    onMade: app.recordAnswer,
    onAnswered: citing.note,
    onProblem: (problem, error, about) => app.log.warn({ err: error, ...about }, problem),
  }, settingsFrom(config))

  app.decorate('answers', answers)
  app.decorate('similarAnswers', similar)
  app.decorate('ask', (asked: Parameters<Ask>[0]) => app.isClosing() ? Promise.reject(coded('SHUTTING_DOWN')) : ask(asked))

  // Running answers get a while to end; the rest are ended, so that every reader has a last event.
  app.addHook('preClose', async () => {
    const deadline = performance.now() + config.SHUTDOWN_SECONDS * 1000
    while (answers.stats().live > 0 && performance.now() < deadline) await sleep(20)
    await answers.close()
    await citing.close(Math.max(deadline - performance.now(), leastCitingMs))
  })
}, { name: 'answers', dependencies: ['config', 'http', 'embedder', 'search', 'model', 'prompts', 'metrics', 'redis', 'conversations', 'websearch'] })

function settingsFrom (config: Config) {
  const { MAX_HINTS_CHARS: maxHintsChars, MAX_HISTORY_CHARS: maxHistoryChars, LLM_MAX_TOKENS: maxTokens, LLM_TEMPERATURE: temperature } = config
  const { SEARCH_PASSAGES: passages, WEB_SEARCH_RESULTS: webResults, NGRAM_MAX: ngramMax, MAX_DOCS_CHARS: maxDocsChars } = config
  const { COMPRESSION: compression, STREAM_CHUNK_CHARS: streamChunkChars, FAQ_ANSWERS: faqAnswers } = config
  return {
    question: { maxMessageChars: config.MAX_MESSAGE_CHARS, maxHintsChars, maxHistoryChars, maxTokens, temperature, web: config.WEB_SEARCH !== 'off' },
    answer: { passages, webResults, ngramMax, maxDocsChars, compression, maxHintsChars, maxHistoryChars, streamChunkChars, faqAnswers },
  }
}
