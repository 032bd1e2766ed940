// Sets up earlier questions: conversations, and each company's common questions.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createRedisConversations } from '../src/backends/redis/conversations.ts'
import { createSqliteConversations } from '../src/backends/sqlite/conversations.ts'
import { createTurnSummarizer, type TurnSummarizer } from '../src/chat/summarize-turns.ts'
import { createCommonQuestions, type CommonQuestions } from '../src/chat/common-questions.ts'
import { createNoConversations, type Conversations } from '../src/conversations/store.ts'

declare module 'fastify' {
  interface FastifyInstance {
    conversations: Conversations
    turnSummarizer: TurnSummarizer
    commonQuestions: CommonQuestions
  }
}

/** No client waits for a digest; the language model has this long. */
const digestTimeoutMs = 30_000

export default fp(async (app: FastifyInstance) => {
  const { CONVERSATION_TTL_SECONDS, CONVERSATION_MAX_TURNS: maxTurns, CONVERSATION_MAX_CHARS: maxChars } = app.config
  const { redis, store, model } = app
  const limits = {
    ttlMs: CONVERSATION_TTL_SECONDS * 1000,
    maxTurns,
    onError: (error: unknown) => app.log.error({ err: error }, 'turns of conversations cannot be written'),
  }
  const conversations = limits.ttlMs === 0
    ? createNoConversations()
    : redis ? createRedisConversations({ ...limits, redis }) : createSqliteConversations({ ...limits, store })
  const turnSummarizer = createTurnSummarizer({
    conversations,
    model,
    maxTurns,
    maxChars,
    timeoutMs: digestTimeoutMs,
    onProblem: (problem, error) => app.log.warn({ err: error }, problem),
  })
  const commonQuestions = createCommonQuestions({
    store: {
      read: company => store.run('getMeta', company, 'asked'),
      write: (company, value) => store.run('setMeta', company, { key: 'asked', value }),
    },
    onError: error => app.log.warn({ err: error }, 'counts of common questions cannot be read or written'),
  })
  app.decorate('conversations', conversations)
  app.decorate('turnSummarizer', turnSummarizer)
  app.decorate('commonQuestions', commonQuestions)
  // Runs before the back ends close: the last plugin registered closes first.
  app.addHook('onClose', async () => {
    await turnSummarizer.close()
    await conversations.close()
  })
}, { name: 'conversations', dependencies: ['config', 'backends', 'models'] })
