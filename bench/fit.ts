// Fits the floor by a logistic regression over the best candidate of a question.
import type { Vector } from '../src/learning/fit.ts'

/** A question's candidates, of which the best one decides; positive when the question has an answer. */
export interface Verdict { candidates: Vector[]; positive: boolean; weight: number }

export function dot (a: Vector, b: Vector): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/**
 * Fits a logistic regression in which both classes weigh the same and the best candidate of a question speaks for it, with L2
 * regularisation of all weights but the bias, which comes last.
 */
export function fitVerdicts (items: readonly Verdict[], { steps = 3000, rate = 1, decay = 0.0003 } = {}): number[] {
  const useful = items.filter(({ candidates }) => candidates.length > 0)
  const weights = Array.from({ length: (useful[0]?.candidates[0]?.length ?? 0) + 1 }, () => 0)
  const total = (positive: boolean) => useful.reduce((sum, item) => sum + (item.positive === positive ? item.weight : 0), 0)
  const shares = { yes: 0.5 / total(true), no: 0.5 / total(false) }
  for (let step = 0; step < steps; step++) {
    const gradient = weights.map(() => 0)
    for (const item of useful) {
      const values = [...bestCandidate(item, weights).values, 1]
      const error =
        item.weight * (item.positive ? shares.yes : shares.no) * ((item.positive ? 1 : 0) - 1 / (1 + Math.exp(-dot(values, weights))))
      values.forEach((value, k) => { gradient[k]! += error * value })
    }
    gradient.forEach((slope, k) => { weights[k]! += rate * (slope - (k < weights.length - 1 ? decay * weights[k]! : 0)) })
  }
  return weights
}

/** Returns a question's strongest candidate and its score; the score of no candidate is −Infinity. */
export function bestCandidate ({ candidates }: Verdict, weights: Vector): { values: Vector; score: number } {
  let best: { values: Vector; score: number } = { values: [], score: -Infinity }
  for (const values of candidates) {
    const score = dot(values, weights) + weights[values.length]!
    if (score > best.score) best = { values, score }
  }
  return best
}
