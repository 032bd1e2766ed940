// Arithmetic of embedding vectors.

/** Returns the dot product, which is the cosine for unit vectors; 0 for vectors of two models. */
export function dot (a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
