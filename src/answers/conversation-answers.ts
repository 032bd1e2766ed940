// The port that finds a conversation's last answer, for clients that come back with the conversation's id alone.
import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { OpenOptions } from './answers.ts'

export interface ConversationAnswers {
  /** Notes that this is the last answer of its conversation, when `asked` says who may find it. */
  note (asked: OpenOptions, answerId: string): void
  /** Returns the answer's id; null when none is known. The answer may have ended, or be gone. */
  find (company: string, user: string, conversationId: string): Promise<string | null>
}

/** Conversations to remember in memory at most. */
const maxConversations = 10_000
/** Longer than any answer runs. */
export const conversationAnswerTtlMs = 3_600_000

export function createMemoryConversationAnswers (): ConversationAnswers {
  const known = new LRUCache<string, string>({ max: maxConversations, ttl: conversationAnswerTtlMs })
  return {
    note (asked, answerId) {
      const key = conversationKey(asked)
      if (key !== null) known.set(key, answerId)
    },
    find: async (company, findableBy, conversationId) => known.get(conversationKey({ company, findableBy, conversationId })!) ?? null,
  }
}

/** Returns the conversation's key, which holds no id in clear; null when nobody may find its answers. */
export function conversationKey ({ company, findableBy, conversationId }: Pick<OpenOptions, 'company' | 'findableBy' | 'conversationId'>): string | null {
  return findableBy === undefined ? null : hash('sha256', JSON.stringify([company, findableBy, conversationId]), 'base64url')
}
