// The thread that fits weights: it takes up to a few seconds, which answers must not wait for.
import type { Weights } from '../weights.ts'
import { fitWeights } from './fit-weights.ts'
import type { Gathered } from './gather.ts'

export interface FitJob {
  cases: Gathered[]
  anchors: Gathered[]
  /** The positions of the cases that each fit reads. */
  folds: number[][]
  indexes: string[]
}

/** Fits on each of some lists of cases. */
export default function fit ({ cases, anchors, folds, indexes }: FitJob): Weights[] {
  return folds.map(own => fitWeights(own.map(i => cases[i]!), anchors, indexes))
}
