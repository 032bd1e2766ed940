// Fits weights by regression: a softmax over the choices of a question.

export type Vector = readonly number[]

/**
 * A question's choices; the weights should favour a good one. `base` is what a choice scores before the weights; 0 when absent.
 */
export interface Choice { choices: { values: Vector; good: boolean; base?: number }[]; weight: number }

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
