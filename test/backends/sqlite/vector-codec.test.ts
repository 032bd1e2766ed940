// Vectors as bytes and as bits: what they keep of the directions of any vectors.
import t from 'tap'
import {
  cosineInt8, decodeBits, decodeInt8, encodeBits, encodeInt8, encodeStoredBits, floatBytes, floatsOf, unitVector, valuesOfBits,
} from '../../../src/backends/sqlite/vector-codec.ts'
import { dot } from '../../../src/similarity.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'

const numbers = fc.float({ min: -1, max: 1, noNaN: true })
const vectors = (length: number) => fc.float32Array({ minLength: length, maxLength: length, min: -1, max: 1, noNaN: true })
  .filter(vector => vector.some(value => Math.abs(value) > 1e-3)).map(vector => unitVector(new Float32Array(vector)))
const pairs = fc.integer({ min: 1, max: 96 }).chain(length => fc.tuple(vectors(length), vectors(length)))

t.test('bytes keep every cosine within half a step of each number', async t => {
  fc.assert(fc.property(pairs, ([query, vector]) => {
    const bytes = encodeInt8(vector)
    const largest = Math.max(...vector.map(Math.abs))
    // Half a step of each number moves the vector by this much, and making it of length one by as much again.
    const bound = 2 * Math.sqrt(vector.length) * largest / 127 / 2 + 1e-5
    const cosine = cosineInt8(query, bytes)
    return Math.abs(cosine - dot(query, vector)) <= bound && Math.abs(cosine - dot(query, decodeInt8(bytes))) < 1e-5
  }), propertyRuns(300))
  t.pass()
})

t.test('a decoded vector has the length one, and is encoded to itself', async t => {
  fc.assert(fc.property(pairs, ([vector]) => {
    const bytes = encodeInt8(vector)
    const decoded = decodeInt8(bytes)
    const again = encodeInt8(decoded)
    return Math.abs(Math.hypot(...decoded) - 1) < 1e-5 && Buffer.compare(bytes.subarray(0, -4), again.subarray(0, -4)) === 0
  }), propertyRuns(300))
  t.pass()
})

t.test('the length of a vector does not matter, and one of zeros is like none', async t => {
  fc.assert(fc.property(pairs, fc.double({ min: 0.01, max: 100, noNaN: true }), ([vector], factor) => {
    const cosine = cosineInt8(vector, encodeInt8(vector.map(value => value * factor)))
    return Math.abs(cosine - cosineInt8(vector, encodeInt8(vector))) < 1e-3
  }), propertyRuns(200))
  t.equal(cosineInt8(new Float32Array([1, 0]), encodeInt8(new Float32Array(2))), 0)
  t.same(unitVector(new Float32Array(3)), new Float32Array(3))
  t.equal(cosineInt8(new Float32Array([0, 1]), encodeInt8(new Float32Array([0, 1]))), 1, 'the same direction is exactly the same')
})

t.test('bits say exactly how a vector lies to itself, from any centre', async t => {
  const withCentre = fc.integer({ min: 8, max: 96 }).chain(length =>
    fc.tuple(vectors(length), fc.array(numbers, { minLength: length, maxLength: length })))
  fc.assert(fc.property(withCentre, ([vector, values]) => {
    const centre = new Float32Array(values.map(value => value / 10))
    const stored = encodeStoredBits(vector, centre)
    const estimate = estimated(vector, stored, centre)
    return Math.abs(estimate - 1) < 1e-3
  }), propertyRuns(300))
  t.pass()
})

t.test('what bits say of other directions is right on average', async t => {
  let sum = 0
  let squares = 0
  let n = 0
  fc.assert(fc.property(fc.tuple(vectors(256), vectors(256), vectors(256)), ([a, b, c]) => {
    const query = unitVector(a.map((value, i) => value + b[i]!))
    const vector = unitVector(a.map((value, i) => value + c[i]!))
    const centre = new Float32Array(256)
    const error = estimated(query, encodeStoredBits(vector, centre), centre) - dot(query, vector)
    sum += error
    squares += error ** 2
    n++
  }), propertyRuns(100, { seed: 18 }))
  t.ok(Math.abs(sum / n) < 0.05, `mean ${sum / n}`)
  t.ok(Math.sqrt(squares / n) < 0.12, `deviation ${Math.sqrt(squares / n)}`)
})

t.test('stored forms are read from the middle of other bytes', async t => {
  const vector = unitVector(Float32Array.from({ length: 12 }, (_, i) => i - 4.5))
  const shifted = (bytes: Uint8Array) => new Uint8Array([9, ...bytes, 9]).subarray(1, -1)
  t.same(floatsOf(shifted(floatBytes(vector))), vector)
  t.same(decodeInt8(shifted(encodeInt8(vector))), decodeInt8(encodeInt8(vector)))
  const centre = new Float32Array(12)
  t.same(decodeBits(shifted(encodeStoredBits(vector, centre)), centre), decodeBits(encodeStoredBits(vector, centre), centre))
  const bytes = new Uint8Array(4)
  encodeBits(vector, centre, bytes, 1)
  t.same([...bytes], [0, 0b11100000, 0b1111, 0], 'twelve numbers take two bytes')
})

/** Estimates a cosine from stored bits, number by number. */
function estimated (query: Float32Array, stored: Uint8Array, centre: Float32Array): number {
  const { base, factor } = valuesOfBits(stored)
  let signs = 0
  for (let i = 0; i < query.length; i++) signs += (query[i]! - centre[i]!) * ((stored[i >> 3]! >> (i & 7)) & 1 ? 1 : -1)
  return dot(query, centre) + base + factor * signs
}
