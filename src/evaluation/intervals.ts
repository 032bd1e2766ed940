// 95 % intervals: how far a figure may be from what many more questions would give.
import { random } from './random.ts'

export type Interval = [low: number, high: number]

const resamples = 1000

/** Returns the interval of Wilson for a share of `n`. */
export function wilson (hits: number, n: number): Interval {
  if (n === 0) return [0, 1]
  const z = 1.96
  const share = hits / n
  const middle = (share + z * z / (2 * n)) / (1 + z * z / n)
  const half = z * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}

/** Returns the interval of a mean by drawing the values anew, with the same draws in every run. @param level 0.95 = 95 % */
export function bootstrap (values: readonly number[], seed = 1, level = 0.95): Interval {
  const n = values.length
  if (n === 0) return [0, 1]
  const next = random(seed)
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += values[Math.floor(next() * n)]!
    return sum / n
  }).sort()
  const tail = (1 - level) / 2
  return [means[Math.floor(resamples * tail)]!, means[Math.ceil(resamples * (1 - tail)) - 1]!]
}

/** Returns the interval of the mean of values from 0 to 1: Wilson's where all of them are 0 or 1. */
export function intervalOf (values: readonly number[]): Interval {
  const hits = values.reduce((sum, value) => sum + value, 0)
  return values.every(value => value === 0 || value === 1) ? wilson(hits, values.length) : bootstrap(values)
}
