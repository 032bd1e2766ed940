// Ordering the work of the embedding thread.

import t from 'tap'
import { createQueue } from '../../src/embed/queue.ts'

/** Creates a job of `steps` steps, each of which adds its name to `order`. */
function job (name: string, steps: number, order: string[], done = Promise.withResolvers<void>()) {
  return {
    done: done.promise,
    async step () {
      order.push(`${name}${steps}`)
      if (--steps > 0) return true
      done.resolve()
      return false
    }
  }
}

t.test('a task overtakes every waiting step', async (t) => {
  const queue = createQueue()
  const order: string[] = []
  const passages = job('p', 200, order)
  queue.add(passages)
  await queue.runFirst(async () => { order.push('question') })
  t.ok(order.indexOf('question') <= 1, 'at most one step was running')
  await passages.done
  t.equal(order.length, 201)
})

t.test('jobs take turns', async (t) => {
  const queue = createQueue()
  const order: string[] = []
  const large = job('l', 5, order)
  const small = job('s', 2, order)
  queue.add(large)
  queue.add(small)
  await Promise.all([large.done, small.done])
  t.same(order, ['l5', 's2', 'l4', 's1', 'l3', 'l2', 'l1'])
})

t.test('one task runs at a time, in order of arrival', async (t) => {
  const queue = createQueue()
  let running = 0
  const results = await Promise.all([1, 2, 3].map((n) => queue.runFirst(async () => {
    t.equal(++running, 1)
    await null
    running--
    return n
  })))
  t.same(results, [1, 2, 3])
})

t.test('companies take turns, with tasks and with jobs', async (t) => {
  const queue = createQueue()
  const order: string[] = []
  const ask = (name: string) => queue.runFirst(async () => { order.push(name) }, name)
  await Promise.all([...Array.from({ length: 50 }, () => ask('flood')), ask('quiet')])
  t.ok(order.indexOf('quiet') <= 2, order.join(' '))
  order.length = 0
  const many = Array.from({ length: 5 }, () => job('f', 4, order))
  for (const one of many) queue.add(one, 'flood')
  const other = job('q', 4, order)
  queue.add(other, 'quiet')
  await other.done
  t.ok(order.length <= 10, order.join(' '))
  await Promise.all(many.map(({ done }) => done))
})

t.test('a failing task does not affect the next one', async (t) => {
  const queue = createQueue()
  await t.rejects(queue.runFirst(async () => { throw new Error('no') }), { message: 'no' })
  t.equal(await queue.runFirst(async () => 1), 1)
})

t.test('a removed job gets no further step', async (t) => {
  const queue = createQueue()
  const order: string[] = []
  const gone = job('g', 10, order)
  const other = job('o', 3, order)
  queue.add(gone)
  queue.add(other)
  queue.remove(gone)
  await other.done
  t.same(order.filter((name) => name.startsWith('o')), ['o3', 'o2', 'o1'])
  t.ok(order.length <= 4)
})

t.test('close rejects waiting tasks, waits for the running one, and accepts nothing more', async (t) => {
  const queue = createQueue()
  const gate = Promise.withResolvers<string>()
  const running = queue.runFirst(() => gate.promise)
  const waiting = queue.runFirst(async () => 'never')
  const closed = queue.close(new Error('closed'))
  await t.rejects(waiting, { message: 'closed' })
  gate.resolve('done')
  t.equal(await running, 'done')
  await closed
  await t.rejects(queue.runFirst(async () => 'late'), { message: 'closed' })
  queue.add({ step: async () => t.fail('a step after close') as never })
})
