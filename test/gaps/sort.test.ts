// Questions are sorted into gaps: alike ones together, under ids that stay, whatever the order in which they come.
import t from 'tap'
import { adjustedRand } from '../../bench/adjusted-rand.ts'
import { readTopics } from '../../bench/gaps.ts'
import { group } from '../../src/gaps/cluster.ts'
import { sortQuestions } from '../../src/gaps/sort.ts'
import type { Exemplar } from '../../src/gaps/store.ts'
import { createQuestionVectors, fromBytes, toBytes } from '../../src/gaps/vector.ts'
import { dot } from '../../src/similarity.ts'
import { vectorOf } from '../fixtures/app-parts.ts'
import { fc, propertyRuns } from '../fixtures/property.ts'

/** A question whose vector points to its topic, a little beside it. */
function question (n: number, topic: number, gap = ''): Exemplar {
  const vector = new Float32Array(8)
  vector[topic % 8] = 1
  vector[(topic + 1 + n) % 8]! += 0.3
  return { n, gap, model: 'm', vector: toBytes(vector) }
}
function ids (): () => string {
  let next = 0
  return () => `new-${next++}`
}

t.test('puts alike questions together, and keeps the ids of gaps as more come', async t => {
  const first = [question(1, 0), question(2, 0), question(3, 4)]
  const { moved, merged } = await sortQuestions({ questions: first, fixed: [] }, true, ids())
  t.same(merged, [])
  const gapOf = new Map(moved)
  t.equal(gapOf.get(1), gapOf.get(2))
  t.not(gapOf.get(1), gapOf.get(3))
  const more = [...first.map(one => ({ ...one, gap: gapOf.get(one.n)! })), question(4, 0), question(5, 4), question(6, 6)]
  for (const isFull of [false, true]) {
    const next = new Map((await sortQuestions({ questions: more, fixed: [] }, isFull, ids())).moved)
    t.same([next.get(4), next.get(5), next.get(6)], [gapOf.get(1), gapOf.get(3), 'new-0'])
    t.equal(next.size, 3, 'the others stay')
  }
})

t.test('leads the id of a gap that is dissolved to the one that takes its questions', async t => {
  const questions = [question(1, 0, 'big'), question(2, 0, 'big'), question(3, 0, 'small')]
  t.same(await sortQuestions({ questions, fixed: [] }, true, ids()), { moved: [[3, 'big']], merged: [['small', 'big']] })
  t.same(await sortQuestions({ questions, fixed: [] }, false, ids()), { moved: [], merged: [] }, 'only when all are compared anew')
})

t.test('leaves gaps that an operator touched their questions, and apart', async t => {
  const questions = [question(1, 0, 'one'), question(2, 0, 'two'), question(3, 0), question(4, 4, 'one')]
  const { moved, merged } = await sortQuestions({ questions, fixed: ['one', 'two'] }, true, ids())
  t.same(merged, [])
  t.same(moved.map(([n]) => n), [3])
})

t.test('does not compare vectors of two models', async t => {
  const questions = [question(1, 0), { ...question(2, 0), model: 'other' }]
  t.equal(new Set((await sortQuestions({ questions, fixed: [] }, true, ids())).moved.map(([, gap]) => gap)).size, 2)
})

t.test('groups every item once, and leaves no two groups that are alike enough', async t => {
  const vector = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }).map(values => {
    const length = Math.hypot(...values)
    return length < 0.01 ? Float32Array.of(1, 0, 0, 0) : Float32Array.from(values, value => value / length)
  })
  const least = fc.double({ min: 0.1, max: 0.9, noNaN: true })
  await fc.assert(fc.asyncProperty(fc.array(vector, { maxLength: 25 }), least, async (vectors, least) => {
    const groups = await group(vectors.map((mean, i) => ({ items: [i], mean, weight: 1, isFixed: false })), least)
    t.same(groups.flatMap(({ items }) => items).sort((a, b) => a - b), vectors.map((_, i) => i))
    for (const [i, a] of groups.entries()) for (const b of groups.slice(i + 1)) t.ok(dot(a.mean, b.mean) < least + 1e-5)
  }), propertyRuns(50))
})

t.test('compares by stems where there is no model', async t => {
  const vectors = createQuestionVectors({ embedder: { modelFor: () => 'm', dimensions: () => 0, embedQuestion: async () => null } })
  const texts = ['Do you sell gift cards?', 'gift card', 'Where can I park?']
  const [one, same, other] = await Promise.all(texts.map(text => vectors.vectorOf(text, 'en')))
  t.equal(one!.model, '')
  t.ok(dot(one!.vector, same!.vector) > 0.6)
  t.ok(dot(one!.vector, other!.vector) < 0.3)
  t.ok(dot(fromBytes(toBytes(one!.vector)), one!.vector) > 0.999)
})

t.test('takes a model that fails for none, and tries it again', async t => {
  let isBroken = true
  const embedQuestion = async (text: string) => {
    if (isBroken) throw new Error('broken')
    return vectorOf(text)
  }
  const vectors = createQuestionVectors({ embedder: { modelFor: () => 'm', dimensions: () => 128, embedQuestion } })
  t.equal((await vectors.vectorOf('Parking?', 'en')).model, '')
  isBroken = false
  for (const language of ['en', 'fr', 'und', 'nl', 'constructor']) t.equal((await vectors.vectorOf('Parking?', language)).model, 'm')
})

t.test('measures agreement as Hubert and Arabie do', async t => {
  t.equal(adjustedRand(['a', 'a', 'b', 'b'], ['x', 'x', 'y', 'y']), 1)
  t.ok(Math.abs(adjustedRand(['a', 'a', 'a', 'b', 'b', 'b'], ['x', 'x', 'y', 'y', 'z', 'z']) - 0.24242) < 1e-4)
  t.ok(adjustedRand(['a', 'a', 'b', 'b'], ['x', 'y', 'x', 'y']) < 0)
  const topics = readTopics()
  t.equal(topics.length, 200)
  t.equal(new Set(topics.map(({ topic }) => topic)).size, 30)
})
