// Calls at the end of a turn: together, in order, and none lost to one that throws.
import t from 'tap'
import { atEndOfTurn } from '../../src/async/end-of-turn.ts'

t.test('runs the calls of a turn together, and those that they bring', async t => {
  const order: string[] = []
  atEndOfTurn(() => {
    order.push('one')
    atEndOfTurn(() => { order.push('brought by one') })
    process.nextTick(() => { order.push('after them') })
  })
  atEndOfTurn(() => { order.push('two') })
  t.same(order, [])
  await new Promise(setImmediate)
  t.same(order, ['one', 'two', 'brought by one', 'after them'])
  await new Promise<void>(atEndOfTurn)
  t.pass('and again in the next turn')
})

t.test('runs the others when one throws', async t => {
  const caught = new Promise(resolve => process.prependOnceListener('uncaughtException', resolve))
  const rest = new Promise<void>(resolve => {
    atEndOfTurn(() => { throw new Error('a bug') })
    atEndOfTurn(resolve)
  })
  t.match(await caught, { message: 'a bug' })
  await rest
})
