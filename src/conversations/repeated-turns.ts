// Recognises a request that was sent again, by a client that lost its connection or by a proxy: it makes one turn.
import type { NewTurn } from './store.ts'

/** The most of the last turns that a new one is compared with: turns of other requests may have come between. */
export const comparedTurns = 4
/** An equal question is the same request if it was asked before the last turn was stored, or this soon after it. */
export const repeatedWithinMs = 10_000

/** The parts of a request that tell whether it was sent before; its answer is known once it has ended. */
export type Repeatable = Pick<NewTurn, 'question' | 'at' | 'requestKey'> & { answerId?: string }

/** Returns the turn that the same request has made already, if there is one. `updatedAt`: when the last turn was stored, ms since 1970. */
export function findRepeated<T extends NewTurn> (turns: readonly T[], updatedAt: number, asked: Repeatable): T | undefined {
  const last = turns.at(-1)
  const isSoon = asked.at <= updatedAt + repeatedWithinMs
  return turns.slice(-comparedTurns).findLast(turn => {
    if (turn.requestKey !== asked.requestKey) return false
    if (turn.requestKey !== undefined) return turn.question === asked.question
    if (turn.answerId === asked.answerId) return isSoon
    // An answer that was stopped is asked for again, however long that takes.
    return turn === last && turn.question === asked.question && (isSoon || turn.finishReason === 'stopped')
  })
}

/** Tells whether a turn takes the place of the one that the same request made before; if not, that one stays. */
export function replaces (turn: NewTurn, before: NewTurn): boolean {
  return turn.answerId !== before.answerId && (turn.finishReason !== 'stopped' || before.finishReason === 'stopped')
}
