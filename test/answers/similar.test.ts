// Finds answers by the meaning of their questions: the nearest that may be shared, within limits of bytes, time and number.
import t from 'tap'
import { createSimilarAnswers } from '../../src/answers/similar.ts'
import type { AnswerEvent } from '../../src/types.ts'
import { finish, start } from '../fixtures/app-answers.ts'
import { fc } from '../fixtures/property.ts'

const owner = { company: 'shop', user: 'u' }
const vector = (...values: number[]) => new Float32Array(values.map(value => value / Math.hypot(...values)))
const events = (text: string): AnswerEvent[] => [start(), { type: 'delta', text }, finish()]
const textOf = (found: readonly AnswerEvent[] | null) => found && found.map(event => event.type === 'delta' ? event.text : '').join('')
const always = () => true
const make = (changes = {}) => createSimilarAnswers({ maxBytes: 1_000_000, ttlMs: 60_000, ...changes })

t.test('finds the nearest answer that may be shared, in the same scope, above the threshold', async t => {
  const similar = make()
  similar.add('a', vector(1, 0), 'one', events('one'), owner)
  similar.add('a', vector(1, 0.2), 'two', events('two'), owner)
  similar.add('b', vector(1, 0.1), 'other scope', events('other'), owner)
  t.equal(textOf(similar.find('a', vector(1, 0.15), '?', always, 0.7)), 'two')
  t.equal(
    textOf(similar.find('a', vector(1, 0.15), '?', known => known !== 'two', 0.7)), 'one',
    'the next one, when the guard forbids the nearest'
  )
  t.equal(similar.find('a', vector(1, 0.15), '?', () => false, 0.7), null)
  t.equal(similar.find('a', vector(0, 1), '?', always, 0.7), null, 'not similar')
  t.equal(similar.find('c', vector(1, 0), '?', always, 0.7), null)
  t.equal(similar.find('a', new Float32Array([1]), '?', always, 0.7), null, 'a vector of another model')
  t.match(similar.stats(), { questions: 3, hits: 2, misses: 4 })
})

t.test('limits the bytes, and the questions of a scope, and drops the oldest first', async t => {
  const similar = make({ maxBytes: 20_000 })
  for (let n = 0; n < 100; n++) similar.add('a', vector(1, n), `${n}`, events('x'.repeat(500)), owner)
  t.ok(similar.stats().bytes <= 20_000 && similar.stats().questions < 20)
  similar.add('a', vector(1, 0), 'huge', events('x'.repeat(50_000)), owner)
  t.equal(similar.find('a', vector(1, 0), 'huge', known => known === 'huge', 0.7), null, 'too large for the whole cache')
  const many = make({ maxBytes: 100_000_000 })
  for (let n = 0; n < 1200; n++) many.add('a', vector(1, 0), `${n}`, events('x'), owner)
  t.equal(many.stats().questions, 1000)
  t.equal(many.find('a', vector(1, 0), '?', known => known === '0', 0.7), null)
  t.ok(many.find('a', vector(1, 0), '?', known => known === '1199', 0.7))
  const none = make({ maxBytes: 0 })
  none.add('a', vector(1, 0), 'one', events('one'), owner)
  t.equal(none.find('a', vector(1, 0), '?', always, 0.7), null)
})

t.test('never finds the answer of another scope', async t => {
  t.doesNotThrow(() => fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(3)), { maxLength: 60 }), list => {
    const similar = make({ maxBytes: 30_000 })
    return list.every(([scope, n]) => {
      similar.add(scope, vector(1, n), `${scope} ${n}`, events(scope), owner)
      const found = similar.find(scope, vector(1, n), '?', always, 0.7)
      return found === null || textOf(found) === scope
    })
  })))
})
