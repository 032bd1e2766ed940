// Fits weights by regression: a softmax over the choices of a question, and a logistic one over the best candidate of a question.

export type Vector = readonly number[]

/**
 * A question's choices; the weights should favour a good one. `base` is what a choice scores before the weights; 0 when absent.
 */
export interface Choice { choices: { values: Vector; good: boolean; base?: number }[]; weight: number }

/** A question's candidates, of which the best one decides; positive when the question has an answer. */
export interface Verdict { candidates: Vector[]; positive: boolean; weight: number }

export function dot (a: Vector, b: Vector): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/**
 * Ascends the likelihood that a good choice is taken, with L2 regularisation. Questions without a good choice, or without
 * another one, teach nothing.
 * @param bound no weight gets further from 0
 */
export function fitChoices (items: readonly Choice[], { steps = 400, rate = 3, decay = 0.002, bound = Infinity } = {}): number[] {
  const useful = items.filter(({ choices }) => choices.some(({ good }) => good)).map(flatten)
  const size = items.find(({ choices }) => choices.length > 0)?.choices[0]!.values.length ?? 0
  const weights = new Float64Array(useful.length === 0 ? 0 : size)
  const total = useful.reduce((sum, { weight }) => sum + weight, 0)
  const gradient = new Float64Array(weights.length)
  for (let step = 0; step < steps; step++) {
    gradient.fill(0)
    for (const item of useful) addSlope(gradient, item, weights)
    gradient.forEach((slope, k) => {
      weights[k] = Math.max(-bound, Math.min(bound, weights[k]! + rate * (slope / total - decay * weights[k]!)))
    })
  }
  return [...weights]
}

/** A question's choices in flat arrays: a fit reads them hundreds of times. */
interface Flat { values: Float64Array, base: Float64Array, good: boolean[], odds: Float64Array, weight: number }

function flatten ({ choices, weight }: Choice): Flat {
  return {
    values: Float64Array.from(choices.flatMap(({ values }) => values)),
    base: Float64Array.from(choices, ({ base = 0 }) => base),
    good: choices.map(({ good }) => good),
    odds: new Float64Array(choices.length),
    weight,
  }
}

/** Adds the slope of the likelihood of one question's good choices. */
function addSlope (gradient: Float64Array, { values, base, good, odds, weight }: Flat, weights: Float64Array): void {
  const size = weights.length
  let most = -Infinity
  for (let i = 0; i < base.length; i++) {
    let score = base[i]!
    for (let k = 0; k < size; k++) score += values[i * size + k]! * weights[k]!
    odds[i] = score
    if (score > most) most = score
  }
  let all = 0
  let allGood = 0
  for (let i = 0; i < base.length; i++) {
    odds[i] = Math.exp(odds[i]! - most)
    all += odds[i]!
    if (good[i]) allGood += odds[i]!
  }
  for (let i = 0; i < base.length; i++) {
    const pull = weight * ((good[i] ? odds[i]! / allGood : 0) - odds[i]! / all)
    for (let k = 0; k < size; k++) gradient[k]! += pull * values[i * size + k]!
  }
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
