// Weights of companies: always within their bounds, and nothing at all when they are as shipped.
import t from 'tap'
import { areShipped, boundedWeights, scaledWeights, shippedWeights, widestOffsets, type Weights } from '../src/weights.ts'
import { fc, propertyRuns } from './fixtures/property.ts'

const anyNumber = fc.oneof(fc.double(), fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 1e9, -1e-9))
const anyWeights: fc.Arbitrary<Weights> = fc.record({
  similarity: anyNumber, title: anyNumber, ngram: anyNumber, floor: anyNumber,
  indexes: fc.dictionary(fc.string(), anyNumber), units: fc.dictionary(fc.string(), anyNumber),
})

t.test('bounds every weight, whatever is given, and leaves out what changes nothing', async t => {
  fc.assert(fc.property(anyWeights, given => {
    const { similarity, title, ngram, floor, indexes, units } = boundedWeights(given)
    const isWithin = (value: number, most: number) => Number.isFinite(value) && Math.abs(value) <= most && !Object.is(value, -0)
    return isWithin(similarity, widestOffsets.similarity) && isWithin(title, widestOffsets.title) &&
      isWithin(ngram, widestOffsets.ngram) && isWithin(floor, widestOffsets.floor) &&
      Object.values(indexes).every(value => value !== 0 && isWithin(value, widestOffsets.indexes)) &&
      Object.values(units).every(value => value !== 0 && isWithin(value, widestOffsets.units))
  }), propertyRuns(300))
  t.same(boundedWeights(boundedWeights({ ...shippedWeights, title: 3, indexes: { a: -9, b: 0 } })), {
    ...shippedWeights, title: widestOffsets.title, indexes: { a: -widestOffsets.indexes },
  })
})

t.test('a share of the step is nearer to the shipped weights; none of it is them', async t => {
  fc.assert(fc.property(anyWeights, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
    const [whole, part] = [boundedWeights(given), scaledWeights(boundedWeights(given), share)]
    return Math.abs(part.similarity) <= Math.abs(whole.similarity) + 1e-4 && Math.abs(part.floor) <= Math.abs(whole.floor) + 1e-4
  }), propertyRuns(300))
  t.same(scaledWeights({ ...shippedWeights, title: 0.5, units: { title: 0.2 } }, 0), shippedWeights)
  t.ok(areShipped(shippedWeights))
  t.ok(areShipped({ ...shippedWeights, indexes: { faq: 1e-9 } }))
  t.notOk(areShipped({ ...shippedWeights, units: { title: 0.01 } }))
})
