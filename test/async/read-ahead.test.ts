// A producer that continues while its items are used: all of them, in order, no more than allowed, and its end.
import t from 'tap'
import { readAhead } from '../../src/async/read-ahead.ts'
import { fc } from '../fixtures/property.ts'

const one = () => 1

t.test('yields all items in order, whatever they weigh', async t => {
  await fc.assert(fc.asyncProperty(fc.array(fc.nat(5)), fc.integer({ min: 1, max: 9 }), async (weights, most) => {
    let made = 0
    let used = 0
    let highest = 0
    async function * source () {
      for (const weight of weights) {
        made += weight
        highest = Math.max(highest, made - used - weight)
        yield weight
      }
    }
    const found: number[] = []
    for await (const weight of readAhead(source(), weight => weight, most)) {
      used += weight
      found.push(weight)
    }
    t.same(found, weights)
    t.ok(highest <= most + 5, 'at most one item more')
  }))
})

t.test('runs the source while an item is used', async t => {
  const made = Promise.withResolvers<void>()
  async function * source () {
    yield 1
    made.resolve()
    yield 2
  }
  const items = readAhead(source(), one, 10)
  await items.next()
  await made.promise
  t.same(await Array.fromAsync(items), [2])
})

t.test('throws the source\'s error after its items', async t => {
  async function * source () {
    yield 1
    throw new Error('broken')
  }
  const found: number[] = []
  await t.rejects(async () => { for await (const item of readAhead(source(), one, 10)) found.push(item) }, { message: 'broken' })
  t.same(found, [1])
})

t.test('ends the source when the reader stops', async t => {
  for (const most of [1, 100]) {
    let isEnded = false
    async function * source () {
      try {
        for (let n = 0; n < 50; n++) yield n
      } finally {
        isEnded = true
      }
    }
    for await (const item of readAhead(source(), one, most)) if (item === 3) break
    t.ok(isEnded)
  }
})
