// Compares a similarity with those to passages of other trades, which some questions are near to as well.
import type { Background } from './engine.ts'

/** A smaller deviation is an accident of few passages. */
const leastDeviation = 0.06

export interface AboveBackground {
  /** By how much a similarity is above the mean similarity to passages of other trades. */
  aboveOthers: number
  /** The same in standard deviations of those, divided by four. */
  outstanding: number
}

export function aboveBackground (similarity: number, { mean, deviation }: Background): AboveBackground {
  const aboveOthers = similarity - mean
  return { aboveOthers, outstanding: aboveOthers / Math.max(deviation, leastDeviation) / 4 }
}
