// The port that finds a conversation's last answer, for clients that return with only the conversation's id.
import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { OpenOptions } from './answers.ts'

export interface ConversationAnswers {
  /** Records the last answer of its conversation, if `asked` names the user who may find it. */
  note (asked: OpenOptions, answerId: string): void
  /** Returns the answer's id, or null. The answer may have ended, or be gone. */
  find (company: string, user: string, conversationId: string): Promise<string | null>
}

/** The most conversations held in memory. */
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

/** Returns the conversation's key, which contains no readable id; null if its answers cannot be found. */
export function conversationKey ({
  company,
  findableBy,
  conversationId,
}: Pick<OpenOptions, 'company' | 'findableBy' | 'conversationId'>): string | null {
  return findableBy === undefined ? null : hash('sha256', JSON.stringify([company, findableBy, conversationId]), 'base64url')
}
