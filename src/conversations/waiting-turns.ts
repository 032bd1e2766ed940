// Shows the turns that wait to be written as a part of their conversation.
import { readTurn } from './encode-turn.ts'
import type { Conversation, StoredTurn } from './store.ts'

/** Adds turns that could not be written yet to the conversation as it is stored. @param waiting the oldest first, as JSON */
export function withWaiting (
  id: string, stored: Conversation | null, waiting: readonly { at: number, turn: string }[]
): Conversation | null {
  const [first] = waiting
  if (first === undefined) return stored
  const known = stored ?? { id, createdAt: first.at, updatedAt: first.at, digest: '', summarizedTurns: 0, turns: [] }
  // A write that has ended in the meantime has stored some of them.
  const has = (turn: StoredTurn) => known.turns.some(({ answerId, at }) => answerId === turn.answerId && at === turn.at)
  const next = Math.max(known.summarizedTurns, (known.turns.at(-1)?.n ?? -1) + 1)
  const added = waiting.map(({ turn }) => readTurn(0, turn)).filter(turn => !has(turn)).map((turn, i) => ({ ...turn, n: next + i }))
  return { ...known, updatedAt: Math.max(known.updatedAt, waiting.at(-1)!.at), turns: [...known.turns, ...added] }
}
