// Finds what was said before a question in its stored conversation.
import { findRepeated, type Repeatable } from '../conversations/repeated-turns.ts'
import type { Conversation, StoredTurn } from '../conversations/store.ts'

export interface Earlier {
  /** The conversation as it was before the question. */
  conversation: Conversation
  /** Turns that followed in another direction: the question begins a conversation of its own, with the same earlier turns. */
  isFork: boolean
}

/**
 * Returns the turns before a question: all, or those up to the answer `after`. A request that was sent before does not
 * come after its own turn. Null if there is no such answer.
 */
export function earlierTurns (conversation: Conversation, sent: Repeatable, after?: string): Earlier | null {
  const repeated = findRepeated(conversation.turns, conversation.updatedAt, sent)
  const turns = repeated ? conversation.turns.filter(({ n }) => n < repeated.n) : conversation.turns
  const last = after === undefined ? turns.length - 1 : turns.findLastIndex(({ answerId }) => answerId === after)
  if (after !== undefined && last < 0) return null
  return { conversation: { ...conversation, turns: turns.slice(0, last + 1) }, isFork: last < turns.length - 1 }
}

/** Returns a stored turn as it is added to another conversation. */
export function copyOf ({ n, ...turn }: StoredTurn): Omit<StoredTurn, 'n'> {
  return turn
}
