// Waits for the question's vectors, within a time limit.
import { settlesWithin, unlessAborted } from '../async/signals.ts'
import type { SearchRequest } from './engine.ts'

export interface SettledVectors {
  vectors: { model: string, vector: Float32Array }[]
  /** True if a promised vector failed or took too long. */
  failed: boolean
}

/** Returns the vectors if none of them is still a promise, else null. */
export function vectorsAtHand (given: SearchRequest['vectors']): SettledVectors | null {
  if (given.some(({ vector }) => vector instanceof Promise)) return null
  return { vectors: given.filter(entry => entry.vector !== null) as SettledVectors['vectors'], failed: false }
}

/**
 * Waits for every vector and leaves out those that failed, or all of them after `ms`: an answer by words alone is
 * better than none. Throws the signal's reason as soon as it fires.
 */
export async function settleVectors (
  promised: SearchRequest['vectors'], ms: number, signal: AbortSignal,
): Promise<SettledVectors> {
  const all = Promise.allSettled(promised.map(({ vector }) => vector))
  if (!await settlesWithin(ms, unlessAborted(all, signal))) return { vectors: [], failed: true }
  const settled = await all
  return {
    vectors: settled.flatMap((outcome, i) =>
      outcome.status === 'fulfilled' && outcome.value ? [{ model: promised[i]!.model, vector: outcome.value }] : []),
    failed: settled.some(({ status }) => status === 'rejected'),
  }
}
