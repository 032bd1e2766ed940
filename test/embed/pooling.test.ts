// Pooling token vectors into unit vectors.

import t from 'tap'
import { unitVectors } from '../../src/embed/pooling.ts'

// Two texts of two tokens, the second padded, in two dimensions.
const data = Float32Array.of(3, 0, 0, 4, 5, 12, 100, 100)
const mask = BigInt64Array.of(1n, 1n, 1n, 0n)
const rounded = (vectors: Float32Array) => [...vectors].map((value) => Math.round(value * 1e4) / 1e4)

t.test('mean ignores the padding', async (t) => {
  t.same(rounded(unitVectors(data, [2, 2, 2], mask, 'mean')), [0.6, 0.8, 0.3846, 0.9231])
})

t.test('cls takes the first token, last the last', async (t) => {
  t.same(rounded(unitVectors(data, [2, 2, 2], mask, 'cls')), [1, 0, 0.3846, 0.9231])
  t.same(rounded(unitVectors(data, [2, 2, 2], mask, 'last')), [0, 1, 0.3846, 0.9231])
})

t.test('padding may stand first', async (t) => {
  const left = BigInt64Array.of(0n, 1n, 1n, 1n)
  t.same(rounded(unitVectors(data, [2, 2, 2], left, 'cls')).slice(0, 2), [0, 1])
  t.same(rounded(unitVectors(data, [2, 2, 2], left, 'mean')).slice(0, 2), [0, 1])
})

t.test('pooled vectors are only scaled', async (t) => {
  t.same(rounded(unitVectors(Float32Array.of(3, 4, 0, 0), [2, 2], mask, 'cls')), [0.6, 0.8, 0, 0])
})
