// No request is told what another company, group or user may see. The long test asks a million times.
import t from 'tap'
import { findCrossings } from './fixtures/crossings.ts'

/** Together as many as take half a minute of one core, at 0.7 ms each; each seed begins with companies of its own. */
const count = 10_000

for (const seed of [1, 2, 3]) {
  t.test(`${count} random requests cross no company, group or user, seed ${seed}`, async t => {
    const { requests, told, crossed } = await findCrossings(t, count, seed)
    t.same(crossed, [])
    t.equal(requests, count)
    t.ok(told > count / 4, `${told} words were told to those who may see them`)
  })
}
