// The port to where conversations are kept: who said what before, for the next question.
import type { FinishReason, Turn } from '../types.ts'

/** Whose conversation it is. Ids are chosen by clients: another user's same id is another conversation. */
export interface Owner {
  company: string
  user: string
}

export interface KeptTurn extends Turn {
  /** From 0, ascending by one; never used again within a conversation. */
  n: number
  answerId: string
  /** When it was asked, ms since 1970. */
  at: number
  finishReason: FinishReason
}

export type NewTurn = Omit<KeptTurn, 'n'>

export interface Conversation {
  id: string
  /** When the first turn was kept and the last one, ms since 1970. */
  createdAt: number
  updatedAt: number
  /** What the condensed turns were about; empty when there are none. */
  digest: string
  /** The turns below this number are no longer kept word for word: the digest stands for them. */
  condensed: number
  /** The oldest first. */
  turns: KeptTurn[]
}

export interface ConversationsStats {
  kept_in: 'sqlite' | 'redis' | 'nothing'
  /** Turns written since the start, and those that could not be. */
  written: number
  lost: number
  /** Turns that wait to be written. */
  unwritten: number
}

export interface Conversations {
  /** null when there is none, or it has expired. Throws CONVERSATIONS_UNAVAILABLE. */
  get (owner: Owner, id: string): Promise<Conversation | null>
  /**
   * Adds a turn, and begins the conversation when there is none. It is never waited for: a `get` of this process sees
   * it, and one that cannot be written is told to `onError` and counted.
   */
  append (owner: Owner, id: string, turn: NewTurn): void
  /**
   * Puts the digest in the place of the turns up to number `through`. Nothing happens when a digest covers them
   * already, or the conversation is not the one that was read any more. Throws CONVERSATIONS_UNAVAILABLE.
   * @param read the conversation that the digest was made from
   */
  condense (owner: Owner, read: Pick<Conversation, 'id' | 'createdAt'>, through: number, digest: string): Promise<void>
  /** @returns whether there was one. Throws CONVERSATIONS_UNAVAILABLE. */
  delete (owner: Owner, id: string): Promise<boolean>
  /** Why conversations cannot be read at the moment; null when they can. */
  unavailable (): Promise<string | null>
  stats (): ConversationsStats
  /** Writes what is still to be written, within a few seconds. What they are kept in is closed by its owner. */
  close (): Promise<void>
}

/** What every implementation is made with. */
export interface ConversationLimits {
  /** How long a conversation is kept after its last turn, in milliseconds. */
  ttlMs: number
  /** Twice as many turns are kept at most; who wants the older ones condenses them before. */
  maxTurns: number
  /** Told when turns (of one company, in SQLite) cannot be written, and not again before one could. */
  onError (error: unknown): void
  /** Milliseconds since 1970. */
  now?: () => number
}

/** Keeps nothing. */
export function createNoConversations (): Conversations {
  return {
    get: async () => null,
    append () {},
    async condense () {},
    delete: async () => false,
    unavailable: async () => null,
    stats: () => ({ kept_in: 'nothing', written: 0, lost: 0, unwritten: 0 }),
    async close () {},
  }
}
