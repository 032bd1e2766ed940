// Sets up asking: running and stored answers. Running ones may end before the service closes.
import { EventEmitter } from 'node:events'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Answers } from '../src/answers/answers.ts'
import { createArrivals } from '../src/async/arrivals.ts'
import { sleep } from '../src/async/signals.ts'
import { createMemoryAnswers } from '../src/answers/memory.ts'
import { createSimilarAnswers, type SimilarAnswers } from '../src/answers/similar.ts'
import { createRedisAnswers } from '../src/backends/redis/answers.ts'
import type { AnsweredQuestion } from '../src/chat/after-answer.ts'
import { createAsk, type Ask, type MadeAnswer } from '../src/chat/ask.ts'
import type { AskKept } from '../src/chat/ask-kept.ts'
import { createPassageSearch, type SearchPassages } from '../src/chat/search.ts'
import { createExtractiveModel } from '../src/llm/extractive.ts'
import type { Config } from '../src/config.ts'
import { coded } from '../src/errors.ts'
import type { Feedback } from '../src/feedback/store.ts'
import type { AnswerEvents } from '../src/types.ts'
import { sseEncoder } from '../src/wire/native/encoder.ts'

declare module 'fastify' {
  interface FastifyInstance {
    answers: Answers
    /** Null when SIMILAR_ANSWERS is off. */
    similarAnswers: SimilarAnswers | null
    ask: Ask
    /** Answers a plain question whose answer is kept, at once; null, and nothing has happened, when it has to be asked. */
    askKept: AskKept
    /** Finds passages without answering. */
    searchPassages: SearchPassages
    /**
     * `asked`: a question has come. `made`: an answer that was made here has ended. `answered`: a question has its whole answer,
     * which may have existed already. `rated`: a user has rated an answer, or changed the rating.
     */
    answerEvents: EventEmitter<{
      asked: [company: string]
      made: [MadeAnswer]
      answered: [company: string, events: AnswerEvents, about: AnsweredQuestion]
      rated: [company: string, feedback: Feedback]
    }>
  }
}

export default fp(async (app: FastifyInstance) => {
  const { config, redis, embedder, engine, model, webSearch: web, profiles, conversations, turnSummarizer, commonQuestions, usage } = app
  const limits = {
    cacheTtlMs: config.ANSWER_CACHE_TTL_SECONDS * 1000,
    cacheMaxBytes: config.ANSWER_CACHE_MAX_BYTES,
    keptFormat: sseEncoder,
    graceMs: config.ANSWER_GRACE_SECONDS * 1000,
    logMaxBytes: config.ANSWER_LOG_MAX_BYTES,
    maxLive: config.ANSWERS_MAX_LIVE,
    onError: (error: unknown) => app.log.error({ err: error }, 'an answer broke off'),
  }
  const answers = redis ? createRedisAnswers({ ...limits, redis, leaseMs: config.ANSWER_LEASE_MS }) : createMemoryAnswers(limits)
  const similar = config.SIMILAR_ANSWERS
    ? createSimilarAnswers({ maxBytes: config.SIMILAR_ANSWERS_MAX_BYTES, ttlMs: limits.cacheTtlMs })
    : null
  const answerEvents: FastifyInstance['answerEvents'] = new EventEmitter()
  const settings = settingsFrom(config)
  const now = () => performance.now()
  const arrivals = createArrivals()
  app.server.on('connection', arrivals.accepted)
  const { ask: untraced, askKept } = createAsk({
    embedder, engine, model, web, profiles, answers, conversations, turnSummarizer, commonQuestions, similar, usage,
    ...(model.kind === 'extractive' ? {} : { economical: createExtractiveModel() }),
    arrivals,
    now,
    onMade (made) {
      countTokens(usage, made)
      answerEvents.emit('made', made)
    },
    onAnswered: (company, events, about) => { answerEvents.emit('answered', company, events, about) },
    onProblem: (problem, error, about) => app.log.warn({ err: error, ...about }, problem),
  }, settings)

  const ask = app.tracing?.ask(untraced) ?? untraced
  app.decorate('answers', answers)
  app.decorate('similarAnswers', similar)
  app.decorate('answerEvents', answerEvents)
  app.decorate('ask', (asked: Parameters<Ask>[0]) => {
    if (app.isClosing()) return Promise.reject(coded('SHUTTING_DOWN'))
    if (!asked.isWarmUp) answerEvents.emit('asked', asked.company)
    return ask(asked)
  })
  app.decorate('askKept', (asked: Parameters<AskKept>[0]) => {
    // A trace has all of a question's steps.
    const kept = app.isClosing() || app.tracing ? null : askKept(asked)
    if (kept) answerEvents.emit('asked', asked.company)
    return kept
  })
  app.decorate('searchPassages', createPassageSearch({ profiles, embedder, engine, model, now }, settings))

  // Running answers get some time to end; the rest are ended, so that every reader gets a last event.
  app.addHook('preClose', async () => {
    while (answers.stats().live > 0 && app.msToClose() > 0) await sleep(20)
    await answers.close()
  })
}, { name: 'answers', dependencies: ['config', 'tracing', 'http', 'backends', 'profiles', 'models', 'search', 'conversations', 'usage'] })

function countTokens (usage: FastifyInstance['usage'], { keyId, last, question }: MadeAnswer): void {
  if (last.type !== 'finish') return
  const { input_tokens: inputTokens, output_tokens: outputTokens } = last.usage
  if (inputTokens + outputTokens > 0) usage.count(question.profile.id, keyId, { inputTokens, outputTokens })
}

function settingsFrom (config: Config) {
  const {
    MAX_HINTS_CHARS: maxHintsChars,
    MAX_HISTORY_CHARS: maxHistoryChars,
    LLM_MAX_TOKENS: maxTokens,
    LLM_TEMPERATURE: temperature,
  } = config
  const { SEARCH_PASSAGES: passages, WEB_SEARCH_RESULTS: webResults, NGRAM_MAX: ngramMax, MAX_DOCS_CHARS: maxDocsChars } = config
  const { COMPRESSION: compression, STREAM_CHUNK_CHARS: streamChunkChars, FAQ_ANSWERS: faqAnswers } = config
  return {
    question: {
      maxMessageChars: config.MAX_MESSAGE_CHARS,
      maxHintsChars,
      maxHistoryChars,
      maxTokens,
      temperature,
      web: config.WEB_SEARCH !== 'off',
    },
    answer: { passages, webResults, ngramMax, maxDocsChars, compression, maxHintsChars, maxHistoryChars, streamChunkChars, faqAnswers },
  }
}
