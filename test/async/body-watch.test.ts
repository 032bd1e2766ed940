// Bodies that take too long to arrive.
import type { IncomingMessage } from 'node:http'
import { mock } from 'node:test'
import t from 'tap'
import { createBodyWatch } from '../../src/async/body-watch.ts'

function fakeRequest () {
  const request = { complete: false, destroyed: false, destroy () { request.destroyed = true } }
  return request
}

t.test('ends a request whose body does not arrive in time, and no other', async t => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  let now = 0
  const bodies = createBodyWatch(30_000, () => now)
  const pass = (ms: number) => {
    for (const until = now + ms; now < until;) {
      now += 1000
      mock.timers.tick(1000)
    }
  }
  const [slow, whole, answered, later] = [fakeRequest(), fakeRequest(), fakeRequest(), fakeRequest()]
  const add = (request: object) => bodies.add(request as IncomingMessage)
  for (const request of [slow, whole, answered]) add(request)
  pass(20_000)
  add(later)
  whole.complete = true
  bodies.delete(answered as unknown as IncomingMessage)
  pass(9000)
  t.equal(slow.destroyed, false)
  pass(2000)
  t.same([slow, whole, answered, later].map(({ destroyed }) => destroyed), [true, false, false, false])
  pass(20_000)
  t.equal(later.destroyed, true)
})
