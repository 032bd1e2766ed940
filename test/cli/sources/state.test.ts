// The state of a source: kept between two runs, used by one process at a time.
import t from 'tap'
import { openSourceState } from '../../../cli/sources/state.ts'
import { temporaryFolder } from '../../helper.ts'

t.test('stores facts per source', async t => {
  const dir = await temporaryFolder(t)
  const state = openSourceState<{ n: number }>(dir, ['watch', 'a'])
  t.same([state.get('x'), state.names()], [undefined, []])
  state.set('x', { n: 1 })
  state.set('b/y', { n: 2 })
  state.set('x', { n: 3 })
  state.delete('nothing')
  const other = openSourceState(dir, ['watch', 'b'])
  t.same(other.names(), [])
  other.close()
  state.close()
  const again = openSourceState<{ n: number }>(dir, ['watch', 'a'])
  t.same([again.get('x'), again.names()], [{ n: 3 }, ['b/y', 'x']])
  again.delete('x')
  t.same(again.names(), ['b/y'])
  again.close()
})

t.test('lets only one process use it at a time', async t => {
  const dir = await temporaryFolder(t)
  const state = openSourceState(dir, ['a'])
  t.throws(() => openSourceState(dir, ['a']), { message: /another process/ })
  state.close()
  openSourceState(dir, ['a']).close()
})
