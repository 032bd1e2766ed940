// What a run of learning found: figures before and after, on cases that it was not fitted on.
import { bootstrap } from '../evaluation/intervals.ts'

/** A figure before and after, and the 95 % interval of the difference. */
export interface Change { n: number, before: number, after: number, low: number, high: number }

export interface Compared {
  /** The mean of the two below: what decides. */
  points: Change
  /** Mean reciprocal rank of the right passage; where only wrong ones are known, how far they are from the first place. */
  mrr: Change
  /** Answers from a right passage, half where it is cited second; or refusals, where there is no answer. */
  answers: Change
}

export const learningVerdicts = ['better', 'too_few', 'no_gain', 'anchors_worse'] as const
/** `better`: proven, and put into use unless it was a dry run. */
export type LearningVerdict = typeof learningVerdicts[number]

export interface LearningReport {
  verdict: LearningVerdict
  /** What it learnt from: questions by where they come from, equal ones once. */
  cases: { feedback: number, curated: number, set: number }
  /** Null: there were too few cases. */
  heldOut: Compared | null
  anchors: Compared | null
  /** How much of the fitted step was taken: less than 1 when the anchors would get worse by all of it. */
  step: number
  seed: number
  ms: number
}

/** What one case scores, from 0 to 1; null: the measure does not apply to it. */
export interface Measured { rank: number | null, answer: number | null }

/** Returns the points of a case: the mean of the measures that apply. */
export function pointsOf ({ rank, answer }: Measured): number | null {
  return rank === null ? answer : answer === null ? rank : (rank + answer) / 2
}

/** One case before and after; it counts `weight` times. */
export interface Pair { before: Measured, after: Measured, weight: number }

export function compare (pairs: readonly Pair[]): Compared {
  return {
    points: changeOf(pairs, pointsOf), mrr: changeOf(pairs, ({ rank }) => rank), answers: changeOf(pairs, ({ answer }) => answer),
  }
}

function changeOf (pairs: readonly Pair[], of: (measured: Measured) => number | null): Change {
  const values = pairs.flatMap(({ before, after, weight }) => {
    const [a, b] = [of(before), of(after)]
    return a === null || b === null ? [] : [{ a, b, weight }]
  })
  const total = values.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return { n: 0, before: 0, after: 0, low: 0, high: 0 }
  const mean = (value: (one: typeof values[number]) => number) => values.reduce((sum, one) => sum + one.weight * value(one), 0) / total
  const [low, high] = bootstrap(weightedGains(values))
  return { n: values.length, before: mean(({ a }) => a), after: mean(({ b }) => b), low, high }
}

/** Returns the gains, each times its case's weight among the others: their mean is the weighted mean. */
function weightedGains (values: readonly { a: number, b: number, weight: number }[]): number[] {
  const mean = values.reduce((sum, { weight }) => sum + weight, 0) / values.length
  return values.map(({ a, b, weight }) => (b - a) * weight / mean)
}

/** The chance that is accepted of taking noise for a gain, on both sides together. */
const accepted = 0.01
/** A gain on fewer cases is luck. */
const leastGaining = 5

/** Tells whether cases are surely better after than before. */
export function isBetter (pairs: readonly Pair[]): boolean {
  const values = pairs.flatMap(({ before, after, weight }) => {
    const [a, b] = [pointsOf(before), pointsOf(after)]
    return a === null || b === null ? [] : [{ a, b, weight }]
  })
  if (values.filter(({ a, b }) => b > a).length < leastGaining) return false
  return bootstrap(weightedGains(values), 1, 1 - accepted)[0] > 0
}

/** Half a point: one anchor of sixty that falls from the first place to the second. */
const tolerance = 0.005

/** Tells whether the anchors are as good as before. */
export function isNoWorse ({ points: { before, after } }: Compared): boolean {
  return after >= before - tolerance
}
