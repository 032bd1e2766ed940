// Asking: every answer in the making or kept, and what a question needs to join or start one.
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Answers, Reader } from '../src/answers/answers.ts'
import { answerKey } from '../src/answers/key.ts'
import { createMemoryAnswers } from '../src/answers/memory.ts'
import { createRedisAnswers } from '../src/backends/redis/answers.ts'
import { createSimilarAnswers, type SimilarAnswers } from '../src/answers/similar.ts'
import { answer } from '../src/chat/answer.ts'
import { createCommonQuestions, type CommonQuestions } from '../src/chat/frequent-questions.ts'
import { createLatency, type Latency } from '../src/chat/latency.ts'
import { readQuestion, type Asked, type Question } from '../src/chat/question.ts'
import { historyOf, turnOf } from '../src/chat/conversation-turn.ts'
import type { Conversation, Owner } from '../src/conversations/store.ts'
import { questionVector } from '../src/embed/embedder.ts'
import { coded } from '../src/errors.ts'
import { createCiting } from '../src/documents/citations.ts'
import { standsAlone } from '../src/language/follow-up.ts'
import { questionLanguage } from '../src/language/language.ts'
import { mayShareAnswer, similarThreshold } from '../src/language/same-question.ts'
import type { AnswerEvent, FinishEvent } from '../src/types.ts'

declare module 'fastify' {
  interface FastifyInstance {
    answers: Answers
    commonQuestions: CommonQuestions
    /** null when SIMILAR_ANSWERS is off. */
    similarAnswers: SimilarAnswers | null
    latency: Latency
    /** Joins the answer to an equal question, or starts one. Throws what is wrong with the question. The reader must be closed. */
    ask (asked: Asked): Promise<Reader>
  }
}

/** What answers cite may take so long to be noted even when they have used up the time to shut down. */
const leastCitingMs = 1000

export default fp(async (app: FastifyInstance) => {
  const { config, conversations } = app
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
  // What is read of a conversation, or of a page, is not compared: only a question that stands for itself.
  const similar = config.SIMILAR_ANSWERS
    ? createSimilarAnswers({ maxBytes: config.SIMILAR_ANSWERS_MAX_BYTES, ttlMs: limits.cacheTtlMs, threshold: similarThreshold })
    : null
  const deps = {
    embedder: app.embedder,
    engine: app.engine,
    model: app.model,
    web: app.webSearch,
    now: () => performance.now(),
    onProblem: (problem: string, error: unknown, answerId: string) => app.log.warn({ err: error, answer_id: answerId }, problem),
  }
  const settings = {
    passages: config.SEARCH_PASSAGES,
    webResults: config.WEB_SEARCH_RESULTS,
    ngramMax: config.NGRAM_MAX,
    maxDocsChars: config.MAX_DOCS_CHARS,
    compression: config.COMPRESSION,
    maxHintsChars: config.MAX_HINTS_CHARS,
    maxHistoryChars: config.MAX_HISTORY_CHARS,
    streamChunkChars: config.STREAM_CHUNK_CHARS,
    faqAnswers: config.FAQ_ANSWERS,
  }

  const commonQuestions = createCommonQuestions({
    store: {
      read: company => app.store.run('getMeta', company, 'asked'),
      write: (company, value) => app.store.run('setMeta', company, { key: 'asked', value }),
    },
    onError: error => app.log.warn({ err: error }, 'what is asked most cannot be kept'),
  })

  const citing = createCiting({
    cite: async (company, passages, at) => app.documents?.cite(company, passages, at),
    // A write is a task of Meilisearch.
    flushMs: config.MEILI_URL === '' ? 5000 : 60_000,
    maxEntries: 10_000,
    onError: (error, company) => app.log.warn({ err: error, company_id: company }, 'what answers cite was not noted'),
  })

  app.decorate('answers', answers)
  app.decorate('similarAnswers', similar)
  app.decorate('commonQuestions', commonQuestions)
  app.decorate('latency', latency)
  /** A question is answered also when what was said before cannot be read; then the answer is degraded. */
  async function recall (owner: Owner, id: string): Promise<Conversation | null | 'unreadable'> {
    try {
      return await conversations.get(owner, id)
    } catch (error) {
      app.log.warn({ err: error, company_id: owner.company }, 'a conversation was not read')
      return 'unreadable'
    }
  }

  async function findSimilar (scope: string, { text, language }: Question): Promise<readonly AnswerEvent[] | null> {
    const vector = await questionVector(app.embedder, text)
    return vector && similar!.find(scope, vector, text, (known, asked) => mayShareAnswer(known, asked, language))
  }

  app.decorate('ask', async (asked: Asked) => {
    if (app.isClosing()) throw coded('SHUTTING_DOWN')
    const at = Date.now()
    const question = await readQuestion(app.prompts, config, asked)
    const { profile, conversationId } = question
    const owner = { company: asked.company, user: asked.user }
    // Who sends the history along keeps the conversation; everyone else's is kept here.
    const keeps = asked.history === undefined && !asked.ahead
    const conversation = keeps && asked.conversation !== undefined ? await recall(owner, conversationId) : null
    if (conversation === 'unreadable') question.forgotten = true
    else if (conversation) question.history = historyOf(conversation)
    const before = question.history?.turns.at(-1)
    // A short question says little of its language: the one before it says more.
    if (before && asked.language === undefined) question.language = questionLanguage(`${before.question}\n${question.text}`, profile.language)
    // Without a language model, what was said before matters to a follow-up alone: any other answer can be shared.
    if (question.history && app.model.kind === 'extractive' && standsAlone(question.text, question.language, question.history)) delete question.history
    const version = app.engine.version(profile)
    const parts = { company: profile.id, promptVersion: profile.version, indexVersion: typeof version === 'string' ? version : await version, model: profile.model ?? app.model.name }
    const key = answerKey({ ...parts, question })
    const ownKey = asked.fresh || question.forgotten ? null : key
    const scope = similar && ownKey !== null && !question.history && !question.page ? answerKey({ ...parts, question: { ...question, text: '' } }) : null
    const reader = await answers.open({
      company: profile.id,
      key: ownKey,
      resumable: asked.resumable ?? false,
      conversationId,
      ...(asked.findable ? { findableBy: asked.user } : {}),
      produce: (answerId, signal) => answer(scope === null ? deps : { ...deps, similar: asked => findSimilar(scope, asked) }, settings, question, answerId, signal),
      onEnd: (last, answerId) => {
        app.countAnswer(last)
        if (last.type !== 'finish' || asked.ahead) return
        // What was cut short says nothing about how long answers take.
        if (last.finish_reason !== 'stopped') latency.record(last.timings_ms)
        logAnswer(app.log, question, answerId, last, config.LOG_QUESTIONS)
      },
    })
    if (scope !== null && reader.cache === 'miss') {
      reader.whenEnded(events => {
        const last = events.at(-1)!
        const vector = app.embedder.cachedQuestion(question.text, app.embedder.defaultModel)
        if (vector && last.type === 'finish' && last.finish_reason === 'stop' && last.answered_by === 'llm' && !last.degraded) similar!.add(scope, vector, question.text, events)
      })
    }
    // Results of the web are none of its documents.
    if (!asked.ahead) reader.whenEnded(events => citing.note(profile.id, events))
    if (isForAnyone(asked) && !question.history) {
      reader.whenEnded(events => {
        const last = events.at(-1)!
        if (last.type === 'finish' && last.finish_reason === 'stop') commonQuestions.count(profile.id, { text: question.text, language: asked.language ?? null }, asked.user)
      })
    }
    if (keeps) {
      reader.whenEnded(events => {
        const turn = turnOf(question.text, events, reader.answerId, at)
        if (!turn) return
        conversations.append(owner, conversationId, turn)
        if (conversation && conversation !== 'unreadable') app.condenser.condense(owner, conversation, { language: question.language, model: profile.model })
      })
    }
    return reader
  })

  // Running answers get a while to end; the rest are ended, so that every reader has a last event.
  app.addHook('preClose', async () => {
    const deadline = Date.now() + config.SHUTDOWN_SECONDS * 1000
    while (answers.stats().live > 0 && Date.now() < deadline) await new Promise(resolve => setTimeout(resolve, 20))
    await answers.close()
    await citing.close(Math.max(deadline - Date.now(), leastCitingMs))
  })
}, { name: 'answers', dependencies: ['http', 'embedder', 'search', 'model', 'prompts', 'metrics', 'redis', 'conversations', 'store', 'websearch'] })

/** Whether the same words would make the same question of somebody else. What may not go to the web is not asked ahead, which could take it there. */
function isForAnyone ({ ahead, fresh, web, instructions, indexes, page, maxTokens, temperature, stop }: Asked): boolean {
  return !ahead && !fresh && web !== false && [instructions, indexes, page, maxTokens, temperature, stop].every(part => part === undefined)
}

function logAnswer (log: FastifyBaseLogger, { profile, text }: Question, answerId: string, finish: FinishEvent, withQuestion: boolean): void {
  const { finish_reason, answered_by, citations, degraded, usage, timings_ms } = finish
  log.info({
    answer_id: answerId, company_id: profile.id, finish_reason, answered_by, citations: citations.length, degraded, usage, timings_ms,
    ...(withQuestion ? { question: text } : {}),
  }, 'answered')
}
