import t from 'tap'
import { createTurnQueue, type WaitingTurn } from '../../../src/backends/sqlite/turn-queue.ts'

const turn = (user: string, text: string): WaitingTurn => ({ user, id: 'c', at: 0, turn: text, since: 0 })
const signal = new AbortController().signal

/** Makes a queue whose writes end when the test says so. */
function queueOf (gatherMs = 600_000) {
  const writes: { turns: unknown[], end: () => void }[] = []
  const queue = createTurnQueue({
    gatherMs,
    write: (_, turns) => new Promise(resolve => writes.push({ turns, end: resolve })),
    onError (_, error) { throw error },
  })
  return { queue, writes }
}

const untilIdle = () => new Promise(resolve => setImmediate(resolve))

t.test('turns of somebody who is erased are dropped only when none of them is being written', async t => {
  const { queue, writes } = queueOf()
  for (let i = 0; i < 600; i++) queue.add('acme', turn(i < 300 ? 'ann' : 'bob', String(i)))
  t.equal(writes.length, 1)
  let dropped: WaitingTurn[] | undefined
  queue.dropAll('acme', undefined, signal).then(turns => { dropped = turns })
  writes[0]!.end()
  await untilIdle()
  t.equal(writes.length, 2, 'the rest is being written')
  t.equal(dropped, undefined, 'and waited for')
  writes[1]!.end()
  await untilIdle()
  t.same(dropped, [])
  t.match(queue.stats(), { written: 600, lost: 0, unwritten: 0 })
})

t.test('a turn that is added when the last write has just ended is not lost by an erasure of somebody else', async t => {
  const { queue, writes } = queueOf()
  for (let i = 0; i < 300; i++) queue.add('acme', turn('ann', String(i)))
  const dropped = queue.dropAll('acme', 'ann', signal)
  const { end } = writes[0]!
  end()
  // As many microtasks later as it takes for the written turns to be gone.
  while (queue.stats().unwritten > 0) await null
  queue.add('acme', turn('bob', 'kept'))
  t.same(await dropped, [])
  t.equal(queue.stats().unwritten, 1)
  const closed = queue.close(60_000)
  writes[1]!.end()
  await closed
  t.same(writes[1]!.turns, ['bob', 'c', 0, 'kept'])
})

t.test('a turn that comes while the queue closes is written at once', async t => {
  const { queue, writes } = queueOf()
  queue.add('acme', turn('ann', 'first'))
  const closed = queue.close(60_000)
  queue.add('other', turn('bob', 'late'))
  t.equal(writes.length, 2)
  for (const { end } of writes) end()
  await closed
  t.match(queue.stats(), { written: 2, lost: 0 })
})
