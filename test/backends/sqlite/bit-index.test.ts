// The bits of vectors in memory.
import t from 'tap'
import { createBitIndex } from '../../../src/backends/sqlite/bit-index.ts'
import { createVectorMemory } from '../../../src/backends/sqlite/vector-memory.ts'
import { cosineInt8, encodeInt8, encodeStoredBits, unitVector, valuesOfBits } from '../../../src/backends/sqlite/vector-codec.ts'
import { random } from '../../../src/evaluation/random.ts'
import { dot } from '../../../src/similarity.ts'
import { fc, propertyRuns } from '../../fixtures/property.ts'

const dimensions = 100

function vectorsOf (n: number, next: () => number): Float32Array[] {
  return Array.from({ length: n }, () => unitVector(Float32Array.from({ length: dimensions }, () => next() - 0.5)))
}

t.test('gives the best of any vectors, in order, as sorting all of them would, whatever was removed', async t => {
  const runs = fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 1000 }))
  fc.assert(fc.property(runs, ([n, count, seed]) => {
    const next = random(seed)
    const centre = vectorsOf(1, next)[0]!.map(value => value / 4)
    const index = createBitIndex(centre)
    const ids = vectorsOf(n, next).map((vector, i) => {
      // Added by their bytes, or by their bits.
      if (next() < 0.5) index.addInt8(2 * i + 1, encodeInt8(vector))
      else {
        const stored = encodeStoredBits(vector, centre)
        index.addBits(2 * i + 1, stored, valuesOfBits(stored))
      }
      return 2 * i + 1
    })
    const gone = new Set(ids.filter(() => next() < 0.2))
    for (const id of gone) index.remove(id)
    index.remove(2)
    const left = ids.filter(id => !gone.has(id))
    const estimates = index.estimate(vectorsOf(1, next)[0]!)
    const sorted = estimates.best(n)
    const some = left.filter(() => next() < 0.3)
    const isIn = new Set(some)
    return same(sorted.map(([id]) => id).sort((a, b) => a - b), left) &&
      sorted.every(([, cosine], i) => i === 0 || sorted[i - 1]![1] >= cosine) &&
      same(estimates.best(count), sorted.slice(0, count)) &&
      same(estimates.best(count, Float64Array.from([0, ...some, 1e12])), sorted.filter(([id]) => isIn.has(id)).slice(0, count))
  }), propertyRuns(60))
  t.pass()
})

t.test('estimates cosines as well as a bit for each number can', async t => {
  const next = random(5)
  const [query] = vectorsOf(1, next)
  const index = createBitIndex(new Float32Array(dimensions))
  const vectors = vectorsOf(300, next).map((vector, i) => unitVector(vector.map((value, j) => value + query![j]! * i / 100)))
  vectors.forEach((vector, i) => index.addInt8(i + 1, encodeInt8(vector)))
  const errors = index.estimate(query!).best(300).map(([id, cosine]) => cosine - dot(vectors[id - 1]!, query!))
  t.ok(Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / 300) < 0.1)
  t.equal(index.size, 300)
  t.equal(index.last, 300)
})

t.test('with the bytes in memory, cosines are those of the bytes', async t => {
  const next = random(6)
  const vectors = vectorsOf(500, next)
  const index = createBitIndex(new Float32Array(dimensions), { keepsBytes: true })
  vectors.forEach((vector, i) => index.addInt8(i + 1, encodeInt8(vector)))
  const [query] = vectorsOf(1, next)
  const all = vectors.map((vector, i): [number, number] => [i + 1, cosineInt8(query!, encodeInt8(vector))]).sort((a, b) => b[1] - a[1])
  t.same(index.estimate(query!).best(500), all)
  const some = index.estimate(query!).best(150)
  t.same(some, all.filter(([id]) => some.some(([other]) => other === id)))
  t.equal(some[0]![0], all[0]![0])
  t.ok(index.isExact)
})

t.test('memory keeps the companies that were asked last, and always the one that is asked', async t => {
  const index = createBitIndex(new Float32Array(dimensions))
  const kept = { index, renewFrom: Infinity }
  const memory = createVectorMemory(2.5 * index.bytes)
  const [a, b, c] = [{}, {}, {}]
  for (const owner of [a, b]) memory.set(owner, 'table', kept)
  t.equal(memory.get(a, 'table'), kept)
  memory.set(c, 'table', kept)
  t.equal(memory.get(b, 'table'), undefined, 'the one that was not asked for longest')
  t.equal(memory.get(a, 'table'), kept)
  t.equal(memory.get(a, 'other'), undefined)
  memory.forget(a)
  t.equal(memory.get(a, 'table'), undefined)
  const small = createVectorMemory(0)
  small.set(a, 'table', kept)
  small.set(b, 'table', kept)
  t.same([small.get(a, 'table'), small.get(b, 'table')], [undefined, kept])
})

function same (a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
