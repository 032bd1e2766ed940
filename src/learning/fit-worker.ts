// The thread that fits weights: it takes up to a few seconds, which answers must not wait for.
import type { Weights } from '../weights.ts'
import { fitWeights } from './fit-weights.ts'
import type { Gathered } from './gather.ts'

/** Fits on each of some lists of cases. */
export default function fit ({ cases, folds, indexes }: { cases: Gathered[], folds: number[][], indexes: string[] }): Weights[] {
  return folds.map(own => fitWeights(own.map(i => cases[i]!), indexes))
}
