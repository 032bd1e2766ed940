// The minutes of the last hour: counted, bounded, and gone after an hour.
import t from 'tap'
import { createLastHour } from '../../src/chat/last-hour.ts'
import { fc } from '../fixtures/property.ts'

function make () {
  let ms = 1_000 * 60_000
  const hour = createLastHour(() => ms)
  return { hour, pass: (minutes: number) => { ms += minutes * 60_000 } }
}

t.test('counts each minute, the running one last', async t => {
  const { hour, pass } = make()
  hour.asked()
  hour.made({ first_token: 10, total: 30 })
  hour.made({ first_token: 20, total: 50 })
  hour.failed()
  pass(1)
  hour.asked()
  const minutes = hour.minutes()
  t.equal(minutes.length, 60)
  t.same(minutes.slice(-2), [
    { at: 60_000_000, asked: 1, made: 2, failed: 1, first_token: { p50: 20, p95: 20 }, total: { p50: 50, p95: 50 } },
    { at: 60_060_000, asked: 1, made: 0, failed: 0, first_token: null, total: null },
  ])
})

t.test('forgets what is older than an hour', async t => {
  const { hour, pass } = make()
  hour.asked()
  pass(59)
  t.equal(hour.minutes()[0]!.asked, 1)
  pass(1)
  t.ok(hour.minutes().every(({ asked }) => asked === 0))
})

t.test('keeps a bounded number of times, whose quantiles lie between the extremes', async () => {
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 600 }), times => {
    const { hour } = make()
    for (const total of times) hour.made({ first_token: 0, total })
    const { made, total } = hour.minutes().at(-1)!
    return made === times.length && total!.p50 <= total!.p95 && total!.p95 <= Math.max(...times) + 0.1
  }))
})
