// Finds a conversation's last answer, whichever instance made it.
import {
  conversationAnswerTtlMs, conversationKey, createMemoryConversationAnswers, type ConversationAnswers,
} from '../../answers/conversation-answers.ts'
import type { Redis } from './connection.ts'

/** Finds answers through Redis, and this instance's own ones even when Redis has lost them or does not answer. */
export function createRedisConversationAnswers (redis: Redis): ConversationAnswers {
  const own = createMemoryConversationAnswers()
  const redisKey = (key: string) => `${redis.prefix}l:${key}`
  return {
    note (asked, answerId) {
      own.note(asked, answerId)
      const key = conversationKey(asked)
      if (key === null || !redis.ready) return
      // The connection counts its failures.
      redis.send(['SET', redisKey(key), answerId, 'PX', String(conversationAnswerTtlMs)]).catch(() => {})
    },
    async find (company, user, conversationId) {
      const key = conversationKey({ company, findableBy: user, conversationId })!
      // Redis first: another instance may have made a later one.
      const shared = redis.ready ? await redis.send<string | null>(['GET', redisKey(key)]).catch(() => null) : null
      return shared ?? own.find(company, user, conversationId)
    },
  }
}
