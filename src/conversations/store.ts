// The port to stored conversations: the earlier turns, for the next question.
import type { FinishReason, Subject, Turn } from '../types.ts'

/** The owner of a conversation. Clients choose the ids: the same id from another user is another conversation. */
export interface Owner {
  company: string
  user: string
}

export interface StoredTurn extends Turn {
  /** From 0, ascending by one; never reused within a conversation. */
  n: number
  answerId: string
  /** When it was asked, ms since 1970. */
  at: number
  finishReason: FinishReason
  /** A hash of the name that the client gave its request, to recognise it when it is sent again. */
  requestKey?: string
  /** The asker's names in access lists, when the answer may rest on documents that not everyone may see. */
  audience?: readonly string[]
}

export type NewTurn = Omit<StoredTurn, 'n'>

export interface Conversation {
  id: string
  /** When the first and the last turn were stored, ms since 1970. */
  createdAt: number
  updatedAt: number
  /** The summary of the turns that were summarized; empty if there are none. */
  digest: string
  /** Turns below this number are no longer stored word for word: the digest replaces them. */
  summarizedTurns: number
  /** The turns, the oldest first. */
  turns: StoredTurn[]
}

export interface ConversationsStats {
  kept_in: 'sqlite' | 'redis' | 'nothing'
  /** The numbers of turns written since the start, and of those that could not be. */
  written: number
  lost: number
  /** When the last turn was lost, ISO 8601; null if none was. */
  last_lost_at: string | null
  /** The number of turns that wait to be written, and for how long the oldest of them has waited. */
  unwritten: number
  unwritten_seconds: number
}

export interface Conversations {
  /** Returns null if the conversation does not exist or has expired. Throws CONVERSATIONS_UNAVAILABLE. */
  get (owner: Owner, id: string): Promise<Conversation | null>
  /**
   * Adds a turn, and starts the conversation if needed. A request that was sent twice makes one turn (repeated-turns.ts).
   * Callers never wait for it: a `get` of this process sees the turn, and one that cannot be written is reported to
   * `onError` and counted.
   * @param askedAt when the question was asked, by `performance.now`: a conversation that was deleted since then stays deleted
   */
  append (owner: Owner, id: string, turn: NewTurn, askedAt?: number): void
  /**
   * Replaces the turns up to number `through` with the digest. Does nothing if a digest covers them already, or if
   * the conversation is no longer the one that was read. Throws CONVERSATIONS_UNAVAILABLE.
   * @param read the conversation that the digest was made from
   */
  storeDigest (owner: Owner, read: Pick<Conversation, 'id' | 'createdAt'>, through: number, digest: string): Promise<void>
  /**
   * Deletes a conversation, and the turns that running answers would add to it. Throws CONVERSATIONS_UNAVAILABLE.
   * @returns true if it existed
   */
  delete (owner: Owner, id: string): Promise<boolean>
  /**
   * Deletes all conversations of a company, or of one user. Returns how many there were. Throws CONVERSATIONS_UNAVAILABLE when
   * some may still be there.
   */
  erase (subject: Subject): Promise<number>
  /** Yields all conversations of a user. Throws CONVERSATIONS_UNAVAILABLE. */
  export (owner: Owner): AsyncGenerator<Conversation>
  /** Returns why conversations cannot be read at the moment; null when they can. */
  unavailable (): Promise<string | null>
  stats (): ConversationsStats
  /** Writes the remaining turns, within a few seconds. The owner of the underlying store closes it. */
  close (): Promise<void>
}

/** The options of every implementation. */
export interface ConversationLimits {
  /** How long a conversation is stored after its last turn, in milliseconds. */
  ttlMs: number
  /** Half the most turns that are stored; a caller that wants to keep the older ones summarizes them first. */
  maxTurns: number
  /** Called when turns (of one company, in SQLite) cannot be written, and not again until one succeeds. */
  onError (error: unknown): void
  /** Milliseconds since 1970. */
  now?: () => number
}

/** Stores nothing. */
export function createNoConversations (): Conversations {
  return {
    get: async () => null,
    append () {},
    async storeDigest () {},
    delete: async () => false,
    erase: async () => 0,
    async * export () {},
    unavailable: async () => null,
    stats: () => ({ kept_in: 'nothing', written: 0, lost: 0, last_lost_at: null, unwritten: 0, unwritten_seconds: 0 }),
    async close () {},
  }
}
