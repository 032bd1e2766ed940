// The fit of a company's weights: bounded, the same every time, towards what is right, and nowhere without a reason.
import t from 'tap'
import { random } from '../../src/evaluation/random.ts'
import { fitWeights } from '../../src/learning/fit-weights.ts'
import type { Candidate, Gathered } from '../../src/learning/gather.ts'
import { areShipped, boundedWeights, shippedWeights } from '../../src/weights.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

function candidate (changes: Partial<Candidate> = {}): Candidate {
  return { index: 'pages', score: 0.8, slopes: { similarity: 0, title: 0, ngram: 0 }, mark: null, ...changes }
}
const gathered = (changes: Partial<Gathered> = {}): Gathered =>
  ({ candidates: [], evidence: null, answerable: null, units: [], ...changes })
const times = (n: number, one: (i: number) => Gathered) => Array.from({ length: n }, (_, i) => one(i))
const indexes = ['archive', 'pages']

/** The old page comes first, the right one second. */
const stale = () => gathered({
  candidates: [candidate({ index: 'archive', score: 0.9 }), candidate({ score: 0.85, mark: 'right' })],
})

t.test('trusts an index more whose passages are right, and a few cases change less than many', async t => {
  const [few, many] = [fitWeights(times(5, stale), [], indexes), fitWeights(times(200, stale), [], indexes)]
  t.ok(few.indexes.pages! > 0 && few.indexes.archive! < 0)
  t.ok(many.indexes.pages! > few.indexes.pages!)
  t.same(fitWeights(times(200, stale), [], ['pages']).indexes, {}, 'one index alone needs no prior')
})

t.test('raises the weight that lifts what is right', async t => {
  const rising = () => gathered({
    candidates: [candidate({ score: 0.9 }), candidate({ score: 0.8, mark: 'right', slopes: { similarity: 0.5, title: -0.2, ngram: 0 } })],
  })
  const weights = fitWeights(times(60, rising), [], indexes)
  t.ok(weights.similarity > 0 && weights.title < 0)
  t.equal(weights.ngram, 0)
  const held = fitWeights(times(60, rising), times(60, () => gathered({
    candidates: [candidate({ score: 0.9, mark: 'right' }), candidate({ score: 0.8, slopes: { similarity: 0.5, title: 0, ngram: 0 } })],
  })), indexes)
  t.ok(held.similarity < weights.similarity, 'anchors that would lose by it hold it back')
  t.ok(held.title < 0)
})

t.test('moves the floor only where both kinds are known, towards where they part', async t => {
  const known = (evidence: number, answerable: boolean) => () => gathered({ evidence, answerable })
  t.equal(fitWeights(times(50, known(-0.5, true)), [], indexes).floor, 0)
  t.ok(fitWeights([...times(50, known(-0.5, true)), ...times(50, known(-2, false))], [], indexes).floor < 0, 'answers that were refused')
  t.ok(fitWeights([...times(50, known(2, true)), ...times(50, known(0.7, false))], [], indexes).floor > 0, 'answers that should not be')
})

t.test('learns nothing from nothing', async t => {
  t.ok(areShipped(fitWeights([], [], indexes)))
  t.ok(areShipped(fitWeights(times(50, () => gathered({ candidates: [candidate(), candidate()] })), times(5, stale), indexes)))
  t.ok(areShipped(fitWeights(times(50, () => gathered({ candidates: [candidate({ mark: 'right' })] })), [], indexes)), 'no other choice')
})

const anyGathered: fc.Arbitrary<Gathered> = fc.record({
  candidates: fc.array(fc.record({
    index: fc.constantFrom(...indexes, 'other'), score: fc.double({ min: 0, max: 1, noNaN: true }),
    slopes: fc.record({
      similarity: fc.double({ min: -2, max: 2, noNaN: true }), title: fc.double({ min: -2, max: 2, noNaN: true }), ngram: fc.constant(0),
    }),
    mark: fc.constantFrom('right', 'wrong', null),
  }), { maxLength: 5 }),
  evidence: fc.option(fc.double({ min: -9, max: 9, noNaN: true })),
  answerable: fc.option(fc.boolean()),
  units: fc.array(fc.record({
    score: fc.double({ min: -9, max: 9, noNaN: true }),
    features: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }), isGood: fc.boolean(),
  }), { maxLength: 3 }),
})

t.test('stays within the bounds, and gives the same weights every time', async t => {
  fc.assert(fc.property(fc.array(anyGathered, { maxLength: 12 }), fc.array(anyGathered, { maxLength: 4 }), (cases, anchors) => {
    const weights = fitWeights(cases, anchors, indexes)
    t.strictSame(weights, boundedWeights(weights))
    t.strictSame(fitWeights(cases, anchors, indexes), weights)
  }), propertyRuns(30))
})

t.test('ratings by chance move little: the expected step is none', async t => {
  const next = random(3)
  const byChance = () => gathered({
    candidates: ['archive', 'pages'].map(index => candidate({
      index, score: 0.8 + 0.1 * next(), mark: next() < 0.5 ? 'wrong' : null, slopes: { similarity: next() - 0.5, title: 0, ngram: 0 },
    })),
  })
  const { similarity, indexes: priors } = fitWeights(times(200, byChance), [], indexes)
  t.ok(Math.abs(similarity - shippedWeights.similarity) < 0.1)
  t.ok(Math.abs((priors.pages ?? 0) - (priors.archive ?? 0)) < 0.1)
})
