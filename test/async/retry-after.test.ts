// What Retry-After says.
import t from 'tap'
import { readRetryAfter } from '../../src/async/retry-after.ts'

t.test('seconds, a date, nothing of use', async t => {
  const now = Date.parse('2026-11-21T10:00:00Z')
  t.same(['7', ' 0 ', ['3', '4'], 'Sat, 21 Nov 2026 10:01:00 GMT', 'Sat, 21 Nov 2026 09:00:00 GMT', '', undefined, 'soon'].map(value => readRetryAfter(value, now)), [7000, 0, 3000, 60_000, 0, undefined, undefined, undefined])
})
