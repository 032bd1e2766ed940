// The order in which the one embedding thread is asked.

import t from 'tap'
import { createQueue } from '../../src/embed/queue.ts'

/** A job of `steps` steps, each of which writes its name. */
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

t.test('a task overtakes every step that waits', async (t) => {
  const queue = createQueue()
  const order: string[] = []
  const passages = job('p', 200, order)
  queue.add(passages)
  await queue.first(async () => { order.push('question') })
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

t.test('one thing runs at a time, in the order of coming', async (t) => {
  const queue = createQueue()
  let running = 0
  const results = await Promise.all([1, 2, 3].map((n) => queue.first(async () => {
    t.equal(++running, 1)
    await null
    running--
    return n
  })))
  t.same(results, [1, 2, 3])
})

t.test('a task that fails harms no other', async (t) => {
  const queue = createQueue()
  await t.rejects(queue.first(async () => { throw new Error('no') }), { message: 'no' })
  t.equal(await queue.first(async () => 1), 1)
})

t.test('a removed job gets no further step', async (t) => {
  const queue = createQueue()
  const order: string[] = []
  const gone = job('g', 10, order)
  const kept = job('k', 3, order)
  queue.add(gone)
  queue.add(kept)
  queue.remove(gone)
  await kept.done
  t.same(order.filter((name) => name.startsWith('k')), ['k3', 'k2', 'k1'])
  t.ok(order.length <= 4)
})

t.test('close rejects what waits, waits for what runs, and takes nothing more', async (t) => {
  const queue = createQueue()
  const gate = Promise.withResolvers<string>()
  const runs = queue.first(() => gate.promise)
  const waits = queue.first(async () => 'never')
  const closed = queue.close(new Error('closed'))
  await t.rejects(waits, { message: 'closed' })
  gate.resolve('done')
  t.equal(await runs, 'done')
  await closed
  await t.rejects(queue.first(async () => 'late'), { message: 'closed' })
  queue.add({ step: async () => t.fail('a step after close') as never })
})
