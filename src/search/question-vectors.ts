// The question's vectors, waited for no longer than they are worth.
import type { SearchRequest } from './engine.ts'

export interface SettledVectors {
  vectors: { model: string, vector: Float32Array }[]
  /** Whether one that was promised failed, or took too long. */
  failed: boolean
}

/** The vectors when all of them are at hand; null when one is still a promise. */
export function vectorsAtHand (given: SearchRequest['vectors']): SettledVectors | null {
  if (given.some(({ vector }) => vector instanceof Promise)) return null
  return { vectors: given.filter(entry => entry.vector !== null) as SettledVectors['vectors'], failed: false }
}

/**
 * Waits for every vector; one that failed is left out, and all of them when they take longer than `ms`: an answer
 * by words alone is better than none. Throws the signal's reason as soon as it fires.
 */
export async function settleVectors (promised: SearchRequest['vectors'], ms: number, signal: AbortSignal): Promise<SettledVectors> {
  const { promise: given, resolve: giveUp, reject } = Promise.withResolvers<null>()
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  const timer = setTimeout(giveUp, ms, null)
  try {
    const settled = await Promise.race([Promise.allSettled(promised.map(({ vector }) => vector)), given])
    if (settled === null) return { vectors: [], failed: true }
    return {
      vectors: settled.flatMap((outcome, i) => outcome.status === 'fulfilled' && outcome.value ? [{ model: promised[i]!.model, vector: outcome.value }] : []),
      failed: settled.some(({ status }) => status === 'rejected'),
    }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}
