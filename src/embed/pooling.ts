// Pools a model's token vectors into one unit vector for each text.

import type { Pooling } from './models.ts'

/**
 * Returns the unit vectors of a batch, one after the other.
 * @param data token vectors of shape `[texts, tokens, dimensions]`, or text vectors of shape `[texts, dimensions]`
 * @param mask 1 for a token, 0 for padding, of shape `[texts, tokens]`
 * @param pooling takes the mean of the tokens (mean), the first (cls) or the last one. Padding may be on either side
 */
export function unitVectors (
  data: Float32Array, shape: readonly number[], mask: ArrayLike<number | bigint>, pooling: Pooling
): Float32Array {
  const texts = shape[0] ?? 0
  const tokens = shape.length === 3 ? shape[1]! : 1
  const dimensions = shape.at(-1) ?? 0
  const vectors = new Float32Array(texts * dimensions)
  for (let text = 0; text < texts; text++) {
    const vector = vectors.subarray(text * dimensions, (text + 1) * dimensions)
    for (const token of pooledTokens(text)) {
      const start = (text * tokens + token) * dimensions
      for (let i = 0; i < dimensions; i++) vector[i]! += data[start + i]!
    }
    normalize(vector)
  }
  return vectors

  function pooledTokens (text: number): number[] {
    if (shape.length < 3) return [0]
    const real = Array.from({ length: tokens }, (_, token) => token).filter((token) => Number(mask[text * tokens + token]) === 1)
    if (pooling === 'mean') return real
    return pooling === 'cls' ? real.slice(0, 1) : real.slice(-1)
  }
}

/** Scales a vector to length 1, in place, which also divides the mean. A zero vector stays as it is. */
function normalize (vector: Float32Array): void {
  let sum = 0
  for (const value of vector) sum += value * value
  if (sum === 0) return
  const scale = 1 / Math.sqrt(sum)
  for (let i = 0; i < vector.length; i++) vector[i]! *= scale
}
