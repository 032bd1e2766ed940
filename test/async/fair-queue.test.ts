// Turns of groups: each gets its share, none is forgotten, one alone gets all.
import t from 'tap'
import { createFairQueue } from '../../src/async/fair-queue.ts'
import { fc } from '../fixtures/property.ts'

/** Takes everything that waits. */
function drain<T> (queue: { shift (): T | undefined }): T[] {
  const taken: T[] = []
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) taken.push(item)
  return taken
}

t.test('groups take turns, and the items of a group come in their order', async t => {
  const queue = createFairQueue<string>()
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.push(item[0]!, item)
  t.equal(queue.size, 6)
  t.equal(queue.waiting('a'), 3)
  t.same(drain(queue), ['a1', 'b1', 'c1', 'a2', 'c2', 'a3'])
  t.equal(queue.shift(), undefined)
})

t.test('a group that was alone owes nothing, and one that paused has saved nothing', async t => {
  const queue = createFairQueue<string>()
  for (let n = 0; n < 100; n++) queue.push('flood', `flood ${n}`)
  for (let n = 0; n < 50; n++) queue.shift()
  for (let n = 0; n < 5; n++) queue.push('quiet', `quiet ${n}`)
  const next = drain(queue).slice(0, 10)
  t.equal(next[0], 'quiet 0', 'the newcomer waits for nobody')
  t.same([...new Set(next.map(item => item.split(' ')[0]))].length, 2)
  t.equal(next.filter(item => item.startsWith('flood')).length, 5)
})

t.test('a heavier group gets more turns, and charged work counts as turns', async t => {
  const queue = createFairQueue<string>({ weightOf: group => group === 'big' ? 2 : 1 })
  for (let n = 0; n < 30; n++) for (const group of ['big', 'small']) queue.push(group, `${group} ${n}`)
  t.equal(drain(queue).slice(0, 30).filter(item => item.startsWith('big')).length, 20)

  const charged = createFairQueue<string>()
  for (let n = 0; n < 20; n++) for (const group of ['slow', 'fast']) charged.push(group, `${group} ${n}`)
  charged.charge('slow', 9)
  t.same(drain(charged).slice(0, 9).filter(item => item.startsWith('slow')), [])
})

t.test('a group that uses less comes before one whose turn it is', async t => {
  const used: Record<string, number> = { a: 3, b: 1 }
  const queue = createFairQueue<string>({ loadOf: group => used[group] ?? 0 })
  for (const item of ['a1', 'b1', 'b2']) queue.push(item[0]!, item)
  t.same(drain(queue), ['b1', 'b2', 'a1'])
})

t.test('an item can be taken out', async t => {
  const queue = createFairQueue<string>()
  queue.push('a', 'one')
  t.equal(queue.remove('a', 'two'), false)
  t.equal(queue.remove('b', 'one'), false)
  t.equal(queue.remove('a', 'one'), true)
  t.equal(queue.remove('a', 'one'), false)
  t.equal(queue.size, 0)
  t.equal(queue.shift(), undefined)
})

t.test('while a group waits, no other gets two more turns than it, whatever comes and goes', async () => {
  const steps = fc.array(fc.oneof(fc.record({ push: fc.nat({ max: 3 }) }), fc.constant('shift' as const)), { maxLength: 120 })
  await fc.assert(fc.asyncProperty(steps, async list => {
    const queue = createFairQueue<{ group: string }>()
    const waiting: Record<string, { group: string }[]> = {}
    const turns: Record<string, number> = {}
    for (const step of list) {
      if (step === 'shift') {
        const item = queue.shift()
        const count = Object.values(waiting).reduce((sum, items) => sum + items.length, 0)
        if ((item === undefined) !== (count === 0)) throw new Error('an item is lost')
        if (!item) continue
        if (waiting[item.group]!.shift() !== item) throw new Error('out of order')
        for (const group in waiting) {
          if (waiting[group]!.length === 0 || group === item.group) continue
          const pair = `${item.group} before ${group}`
          turns[pair] = (turns[pair] ?? 0) + 1
          if (turns[pair] > 2) throw new Error('overtaken too often')
        }
        for (const pair in turns) if (pair.endsWith(` before ${item.group}`)) turns[pair] = 0
      } else {
        const item = { group: String(step.push) }
        queue.push(item.group, item)
        waiting[item.group] ??= []
        waiting[item.group]!.push(item)
      }
    }
  }), { numRuns: 100 })
})

t.test('many groups that come once are not remembered for ever', async t => {
  const queue = createFairQueue<number>()
  for (let n = 0; n < 20_000; n++) {
    queue.push(`company ${n}`, n)
    if (queue.shift() !== n) throw new Error('lost')
  }
  t.equal(queue.size, 0)
})
