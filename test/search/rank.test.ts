// Combines keyword scores and similarities into one order.
import t from 'tap'
import { fuse, inverseDocumentFrequency, ofHighest, scoreOf, spread, type Scored } from '../../src/search/rank.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

/** Returns each candidate with its score on another scale. */
const scaledBy = (scale: typeof spread, scored: Scored[]): Scored[] => {
  const scaled = scale(scored)
  return scored.map(([candidate, score]) => [candidate, scaled(score)])
}

/** Makes a list as an engine returns it: each candidate once, best first. */
const list = fc
  .uniqueArray(
    fc.tuple(fc.integer({ min: 1, max: 60 }), fc.oneof(fc.double({ min: -5, max: 40, noNaN: true }), fc.constantFrom(0, 1, 2))),
    { selector: ([candidate]) => candidate, maxLength: 30 }
  )
  .map(pairs => pairs.sort((a, b) => b[1] - a[1]) as Scored[])
const weight = fc.double({ min: 0, max: 1, noNaN: true })
const options = propertyRuns(500, { seed: 20260301 })

t.test('scaling keeps scores within 0 and 1, in the same order, the best at 1', async t => {
  for (const scale of [ofHighest, spread]) {
    fc.assert(fc.property(list, scored => {
      const scaled = scaledBy(scale, scored).map(([, value]) => value)
      for (const value of scaled) if (!(value >= 0 && value <= 1)) throw new Error(`${value}`)
      if (scored.some(([, score]) => score > 0) && scaled[0] !== 1) throw new Error('the best is not 1')
      for (let i = 1; i < scored.length; i++) if (scaled[i]! > scaled[i - 1]!) throw new Error('order')
    }), options)
  }
  t.same(scaledBy(ofHighest, [[7, 3], [8, 3]]), [[7, 1], [8, 1]], 'equal scores are all the best')
  t.equal(ofHighest([])(0), 0)
})

t.test('the weakest of a few near candidates keeps nearly what the best one has', async t => {
  t.same(scaledBy(ofHighest, [[1, 10], [2, 9]]), [[1, 1], [2, 0.9]])
  t.ok(spread([[1, 0.62], [2, 0.61]])(0.61) > 0.9)
  t.equal(spread([[1, 0.9], [2, 0.1]])(0.1), 0)
})

t.test('fuse: every candidate once, within 0 and 1, best first', async t => {
  fc.assert(fc.property(list, list, weight, (keyword, similar, w) => {
    const fused = fuse(keyword, similar, w)
    const expected = new Set([...keyword, ...similar].map(([candidate]) => candidate))
    if (fused.length !== expected.size || !fused.every(([candidate]) => expected.has(candidate))) throw new Error('not the candidates')
    for (const [, score] of fused) if (!(score >= 0 && score <= 1 + 1e-12)) throw new Error(`${score}`)
    for (let i = 1; i < fused.length; i++) if (fused[i]![1] > fused[i - 1]![1]) throw new Error('order')
  }), options)
  t.pass()
})

t.test('fuse: the formula, with 0 for a list that lacks the candidate', async t => {
  fc.assert(fc.property(list, list, weight, (keyword, similar, w) => {
    if (similar.length === 0) return
    const words = scaledBy(ofHighest, keyword)
    const vectors = scaledBy(spread, similar)
    for (const [candidate, score] of fuse(keyword, similar, w)) {
      const expected = (1 - w) * (scoreOf(words, candidate) ?? 0) + w * (scoreOf(vectors, candidate) ?? 0)
      if (Math.abs(score - expected) > 1e-9) throw new Error(`${candidate}: ${score}, expected ${expected}`)
    }
  }), options)
  t.same(fuse([[1, 8], [2, 2]], [[3, 0.9], [2, 0.4]], 0.2), [[1, 0.8], [2, 0.2], [3, 0.2]])
})

t.test('fuse: equal scores keep the order of the keyword list', async t => {
  t.same(fuse([[5, 2], [9, 2], [1, 2]], [], 0.2).map(([candidate]) => candidate), [5, 9, 1])
  t.same(fuse([[5, 2], [9, 2], [1, 2]], [[1, 0.5], [5, 0.5], [9, 0.5]], 0.2).map(([candidate]) => candidate), [5, 9, 1])
})

t.test('fuse: candidates that hold a code of the question come first, in their own order', async t => {
  const fused = fuse([[5, 9], [9, 3], [1, 2]], [[7, 0.8], [1, 0.7]], 0.2, new Set([1, 9]))
  t.same(fused.map(([candidate]) => candidate).slice(0, 2).sort(), [1, 9])
  t.ok(fused.every(([, score]) => score >= 0 && score <= 1))
  t.same(fuse([[5, 9]], [], 0.2, new Set([4])), [[5, 1]], 'no candidate holds it: nothing changes')
})

t.test('fuse: without words the vectors decide, without vectors the words', async t => {
  t.same(fuse([], [[4, 0.9], [2, 0.1]], 0.2).map(([candidate]) => candidate), [4, 2])
  t.same(fuse([[4, 8], [2, 2]], [], 0.6), [[4, 1], [2, 0.25]])
  t.same(fuse([], [], 0.2), [])
})

t.test('inverse document frequency: above 0, falling with the documents that hold the word', async t => {
  fc.assert(fc.property(fc.nat(100_000), fc.nat(100_000), (total, n) => {
    const idf = inverseDocumentFrequency(total, n)
    if (!(idf > 0) || !Number.isFinite(idf)) throw new Error(`${idf}`)
    if (n < total && inverseDocumentFrequency(total, n + 1) >= idf) throw new Error('it does not fall')
  }), options)
  t.pass()
})
