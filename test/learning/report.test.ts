// Figures before and after, and when they are a proof.
import t from 'tap'
import { random } from '../../src/evaluation/random.ts'
import { compare, isBetter, isNoWorse, pointsOf, type Pair } from '../../src/learning/report.ts'
import { fc } from '../fixtures/property.ts'

const pair = (before: number, after: number, weight = 1): Pair =>
  ({ before: { rank: before, answer: null }, after: { rank: after, answer: null }, weight })
const times = (n: number, one: (i: number) => Pair) => Array.from({ length: n }, (_, i) => one(i))

t.test('points are the mean of the measures that apply', async t => {
  t.equal(pointsOf({ rank: 0.5, answer: 1 }), 0.75)
  t.equal(pointsOf({ rank: 0.5, answer: null }), 0.5)
  t.equal(pointsOf({ rank: null, answer: 0 }), 0)
  t.equal(pointsOf({ rank: null, answer: null }), null)
})

t.test('compares means, weighted, with the interval of the difference', async t => {
  const compared = compare([...times(30, () => pair(0.5, 1)), ...times(10, () => pair(1, 1))])
  t.match(compared.mrr, { n: 40, before: 0.625, after: 1 })
  t.ok(compared.mrr.low > 0.2 && compared.mrr.high < 0.5)
  t.same(compared.answers, { n: 0, before: 0, after: 0, low: 0, high: 0 })
  t.equal(compare([pair(0, 1, 3), pair(0, 0, 1)]).mrr.after, 0.75)
})

t.test('a gain must be sure, and on more than a few cases', async t => {
  t.ok(isBetter([...times(12, () => pair(0.5, 1)), ...times(40, () => pair(1, 1))]))
  t.notOk(isBetter([...times(4, () => pair(0, 1)), ...times(4, () => pair(1, 1))]), 'four cases are luck')
  t.notOk(isBetter([...times(12, () => pair(0.5, 1)), ...times(10, () => pair(1, 0.5))]))
  t.notOk(isBetter(times(50, () => pair(0.5, 0.5))))
  t.notOk(isBetter([]))
})

t.test('changes by chance are taken for a gain in one of fifty runs at most', async t => {
  const next = random(9)
  const runs = 300
  const taken = Array.from({ length: runs }, () => isBetter(times(60, () => {
    const change = next() < 0.3 ? (next() < 0.5 ? 0.5 : -0.5) : 0
    return pair(0.5, 0.5 + change)
  }))).filter(Boolean).length
  t.ok(taken <= runs / 50, `${taken} of ${runs}`)
})

t.test('anchors may lose half a point, no more', async t => {
  t.ok(isNoWorse(compare(times(100, i => pair(1, i === 0 ? 0.5 : 1)))))
  t.notOk(isNoWorse(compare(times(100, i => pair(1, i < 2 ? 0.5 : 1)))))
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), values =>
    isNoWorse(compare(values.map(value => pair(value, value))))))
})
