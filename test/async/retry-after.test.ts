// Reads the header Retry-After.
import t from 'tap'
import { readRetryAfter } from '../../src/async/retry-after.ts'

t.test('reads seconds and dates, and ignores nonsense', async t => {
  const now = Date.parse('2026-11-21T10:00:00Z')
  const cases: [header: string | string[] | null | undefined, ms: number | undefined][] = [
    ['7', 7000],
    ['1.5', 1500],
    [' 0 ', 0],
    [['3', '4'], 3000],
    ['Sat, 21 Nov 2026 10:01:00 GMT', 60_000],
    ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
    ['soon', undefined],
  ]
  for (const [header, ms] of cases) t.equal(readRetryAfter(header, now), ms, String(header))
})
