// A million random requests cross no company, group or user.
import t from 'tap'
import { findCrossings } from './fixtures/crossings.ts'

const runs = 50
const count = 20_000
let requests = 0

for (let seed = 4; seed < 4 + runs; seed++) {
  t.test(`${count} random requests, seed ${seed}`, async t => {
    const found = await findCrossings(t, count, seed)
    t.same(found.crossed, [])
    requests += found.requests
    t.comment(`${requests} requests, 0 crossed; ${found.told} words were told to those who may see them`)
  })
}
