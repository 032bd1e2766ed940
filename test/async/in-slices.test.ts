// Long computing lets others have their turn.
import t from 'tap'
import { atOnce, inSlices, type Steps } from '../../src/async/in-slices.ts'

function * count (to: number): Steps<number> {
  let sum = 0
  for (let i = 1; i <= to; i++) {
    for (const end = performance.now() + 1; performance.now() < end;);
    sum += i
    yield
  }
  return sum
}

t.test('others have their turn between slices', async t => {
  let turns = 0
  let on = true
  const next = () => { turns++; if (on) setImmediate(next) }
  setImmediate(next)
  t.equal(await inSlices(count(30)), 465)
  on = false
  t.ok(turns >= 3, `${turns} turns`)
  t.equal(atOnce(count(3)), 6)
})

t.test('a signal ends it', async t => {
  const abort = new AbortController()
  const ended = inSlices(count(1000), abort.signal)
  abort.abort(new Error('enough'))
  await t.rejects(ended, { message: 'enough' })
})
