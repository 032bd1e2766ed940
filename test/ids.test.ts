// The ids of conversations: UUIDs of version 7.
import t from 'tap'
import { newId } from '../src/ids.ts'

t.test('ids are UUIDs of version 7 with the time, and none comes twice', async t => {
  const before = Date.now()
  const ids = Array.from({ length: 20_000 }, newId)
  const after = Date.now()
  const form = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  const times = ids.map(id => {
    const [, high, low] = form.exec(id) ?? []
    return parseInt(high! + low!, 16)
  })
  t.ok(times.every(time => time >= before && time <= after))
  t.equal(new Set(ids.map(id => id.slice(14))).size, ids.length)
  // Every digit of the random part takes every value.
  for (const at of [15, 16, 17, 20, 21, 22, 24, 30, 35]) t.equal(new Set(ids.map(id => id[at])).size, 16, `digit ${at}`)
  t.equal(new Set(ids.map(id => id[19])).size, 4)
})
