// A bounded number of places: in order, each given once, whatever becomes of those who wait.
import t from 'tap'
import { createSlots } from '../../src/async/slots.ts'
import { fc } from '../fixtures/property.ts'

const never = new AbortController().signal

t.test('places are given in the order in which they were asked for', async t => {
  const slots = createSlots(1)
  const free = await slots.take(1_000, never)
  const order: number[] = []
  const waiting = [1, 2, 3].map(n => slots.take(60_000, never).then(free => {
    order.push(n)
    free!()
  }))
  t.equal(slots.waiting, 3)
  free!()
  free!()
  await Promise.all(waiting)
  t.same(order, [1, 2, 3])
})

t.test('a wait ends after its time, or with the signal', async t => {
  const slots = createSlots(1)
  const free = await slots.take(1_000, never)
  t.equal(await slots.take(5, never), null)
  const leaving = new AbortController()
  const wait = slots.take(60_000, leaving.signal)
  leaving.abort(new Error('left'))
  await t.rejects(wait, { message: 'left' })
  await t.rejects(slots.take(60_000, leaving.signal), { message: 'left' })
  t.equal(slots.waiting, 0)
  free!()
  t.type(await slots.take(5, never), 'function')
})

t.test('the group that holds fewest comes first, and one alone may hold all', async t => {
  const slots = createSlots(3)
  const frees = await Promise.all([1, 2, 3].map(() => slots.take(1_000, never, 'flood')))
  t.equal(slots.held('flood'), 3)
  const order: string[] = []
  const wait = (group: string) => slots.take(Infinity, undefined, group).then(free => {
    order.push(group)
    return free!
  })
  const waiting = ['flood', 'flood', 'quiet', 'flood', 'quiet'].map(wait)
  for (const free of frees) free!()
  await Promise.all([waiting[2], waiting[4], waiting[0]])
  t.same(order, ['quiet', 'flood', 'quiet'], 'in turn while they hold the same')
  for (const n of [0, 2, 4]) (await waiting[n]!)()
  for (const n of [1, 3]) (await waiting[n]!)()
  t.equal(slots.held('flood') + slots.held('quiet') + slots.waiting, 0)
})

t.test('a group that has left a moment ago finds a place kept for it; later all are given', async t => {
  let time = 0
  const slots = createSlots(8, { keptMs: 100, now: () => time })
  ;(await slots.take(1, never, 'quiet'))!()
  const frees = await Promise.all(Array.from({ length: 7 }, () => slots.take(1, never, 'flood')))
  t.ok(frees.every(Boolean), 'all but one')
  const waiting = slots.take(Infinity, undefined, 'flood')
  t.equal(slots.waiting, 1)
  const back = (await slots.take(1, never, 'quiet'))!
  t.type(back, 'function', 'one who comes back does not wait')
  back()
  t.equal(slots.held('flood'), 7, 'and its place is kept again')
  time = 101
  const later = slots.take(Infinity, undefined, 'flood')
  t.type(await waiting, 'function', 'the one who has waited longest comes first')
  t.equal(slots.held('flood'), 8, 'one alone holds all')
  frees[0]!()
  t.type(await later, 'function')
  t.equal(await slots.take(1, never, 'flood'), null)
})

t.test('of many groups that have left, a quarter of the places is kept at most', async t => {
  const slots = createSlots(8, { keptMs: 100, now: () => 0 })
  for (const group of ['a', 'b', 'c', 'd', 'e']) (await slots.take(1, never, group))!()
  const taken = await Promise.all(Array.from({ length: 8 }, () => slots.take(1, never, 'flood')))
  t.equal(taken.filter(Boolean).length, 6)
  t.type(await slots.take(1, never, 'new'), 'function', 'one that holds none is not kept out')
})

t.test('a group that holds none need not wait, where that is wanted', async t => {
  const slots = createSlots(2, { oneEach: true })
  const frees = await Promise.all([1, 2].map(() => slots.take(1_000, never, 'flood')))
  const quiet = (await slots.take(1, never, 'quiet'))!
  t.equal(await slots.take(1, never, 'quiet'), null, 'a second one waits')
  t.equal(await slots.take(1, never, 'flood'), null)
  frees[0]!()
  t.equal(await slots.take(1, never, 'flood'), null, 'the place beyond the count comes back first')
  quiet()
  t.type(await slots.take(1, never, 'flood'), 'function')
})

t.test('a group that gives back its only place has it for the one who waits, not for a newcomer', async t => {
  const slots = createSlots(1, { oneEach: true })
  const [busy, first] = [(await slots.take(1, never, 'busy'))!, (await slots.take(1, never, 'quiet'))!]
  const second = slots.take(1_000, never, 'quiet')
  first()
  const newcomer = slots.take(1, never, 'quiet')
  const free = await second
  t.type(free, 'function')
  t.equal(await newcomer, null, 'nobody is overtaken')
  free!()
  busy()
  t.equal(slots.held('busy') + slots.held('quiet') + slots.waiting, 0)
})

t.test('never more than the count at once, and none is lost', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat({ max: 2 }), { maxLength: 30 }), async (count, what) => {
    const slots = createSlots(count)
    let held = 0
    await Promise.all(what.map(async kind => {
      const leaving = new AbortController()
      const taken = slots.take(60_000, leaving.signal).catch(() => null)
      if (kind === 0) leaving.abort()
      const free = await taken
      if (!free) return
      if (++held > count) throw new Error('too many')
      await new Promise(setImmediate)
      held--
      free()
    }))
    for (let n = 0; n < count; n++) if (!await slots.take(1, never)) throw new Error('one is lost')
  }), { numRuns: 50 })
})

t.test('groups that come and go are all served while places are kept for those that left', async () => {
  const comings = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat({ max: 3 })), { maxLength: 60 })
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 9 }), comings, async (count, all) => {
    const slots = createSlots(count, { keptMs: 1e9 })
    let held = 0
    await Promise.all(all.map(async ([group, turns]) => {
      for (let n = 0; n < turns; n++) await new Promise(setImmediate)
      const free = (await slots.take(Infinity, undefined, group))!
      if (++held > count) throw new Error('too many')
      await new Promise(setImmediate)
      held--
      free()
    }))
    if (slots.waiting > 0) throw new Error('one waits for ever')
  }), { numRuns: 100 })
})
