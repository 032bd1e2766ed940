// Shows the turns that wait to be written as a part of their conversation.
import { readTurn } from './encode-turn.ts'
import { findRepeated, replaces } from './repeated-turns.ts'
import type { Conversation } from './store.ts'

/** Adds turns that could not be written yet to the conversation as it is stored. @param waiting the oldest first, as JSON */
export function withWaiting (
  id: string, stored: Conversation | null, waiting: readonly { at: number, turn: string }[]
): Conversation | null {
  const [first] = waiting
  if (first === undefined) return stored
  const known: Conversation = stored ?? { id, createdAt: first.at, updatedAt: first.at, digest: '', summarizedTurns: 0, turns: [] }
  const turns = [...known.turns]
  let { updatedAt } = known
  for (const { at, turn } of waiting) {
    const added = readTurn(Math.max(known.summarizedTurns, (turns.at(-1)?.n ?? -1) + 1), turn)
    // A write that has ended in the meantime has stored some of them.
    if (turns.some(({ answerId, at }) => answerId === added.answerId && at === added.at)) continue
    const before = findRepeated(turns, updatedAt, added)
    if (!before) turns.push(added)
    else if (replaces(added, before)) turns[turns.indexOf(before)] = { ...added, n: before.n }
    updatedAt = Math.max(updatedAt, at)
  }
  return { ...known, updatedAt, turns }
}
