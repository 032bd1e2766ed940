// Work of one key runs in order, that of others at the same time.
import t from 'tap'
import { createInTurn } from '../../src/async/in-turn.ts'

t.test('the work of a key runs in order, also after work that failed; other keys do not wait', async t => {
  const inTurn = createInTurn()
  const done: string[] = []
  const { promise: held, reject } = Promise.withResolvers<void>()
  const first = inTurn('a', async () => { await held })
  const second = inTurn('a', async () => done.push('a'))
  await inTurn('b', async () => done.push('b'))
  t.same(done, ['b'])
  reject(new Error('failed'))
  await t.rejects(first, { message: 'failed' })
  t.equal(await second, 2)
  t.same(done, ['b', 'a'])
})
