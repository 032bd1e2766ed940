// Retrying: the number of tries, the length of the pauses, and the end.
import t from 'tap'
import { backoffMs, retry } from '../../src/async/retry.ts'

const failure = (name: string) => Object.assign(new Error(name), { name })

/** Runs an action that fails with each of `errors` before it succeeds; the pauses are recorded instead of waited for. */
function make (errors: unknown[]) {
  const pauses: number[] = []
  const attempts: number[] = []
  const action = async (attempt: number) => {
    attempts.push(attempt)
    if (attempts.length <= errors.length) throw errors[attempts.length - 1]
    return 'done'
  }
  const options = {
    firstMs: 100,
    longestMs: 300,
    jitter: false,
    isRetryable: (error: unknown) => (error as Error).name === 'busy',
    wait: async (ms: number) => { pauses.push(ms) },
  }
  return { action, options, pauses, attempts }
}

t.test('doubles the pauses up to the longest, and announces each', async t => {
  const { action, options, pauses, attempts } = make(Array.from({ length: 4 }, () => failure('busy')))
  const told: [string, number, number][] = []
  const onRetry = (error: unknown, ms: number, attempt: number) => { told.push([(error as Error).name, ms, attempt]) }
  t.equal(await retry(action, { ...options, onRetry }), 'done')
  t.same(pauses, [100, 200, 300, 300])
  t.same(told, pauses.map((ms, i) => ['busy', ms, i + 1]))
  t.same(attempts, [1, 2, 3, 4, 5])
})

t.test('throws the last error after the last retry, and a permanent error at once', async t => {
  const last = failure('busy')
  const tooMany = make([failure('busy'), failure('busy'), last])
  t.equal(await retry(tooMany.action, { ...tooMany.options, retries: 2 }).catch(error => error), last)
  t.equal(tooMany.attempts.length, 3)
  const final = make([failure('refused')])
  await t.rejects(retry(final.action, final.options), { name: 'refused' })
  t.equal(final.attempts.length, 1)
  const once = make([failure('busy')])
  await t.rejects(retry(once.action, { ...once.options, retries: 0 }), { name: 'busy' })
  t.same(once.pauses, [])
})

t.test('waits as long as a server asks, and never shorter than the usual pause', async t => {
  const { action, options, pauses } = make([failure('busy'), failure('busy'), failure('busy')])
  const asked = [5000, 1, undefined]
  await retry(action, { ...options, retryAfterMs: () => asked.shift() })
  t.same(pauses, [5000, 200, 300])
})

t.test('shortens a pause by up to half with jitter', t => {
  for (let failures = 1; failures < 2000; failures++) {
    const whole = backoffMs(failures, { firstMs: 100, longestMs: 2000, jitter: false })
    const ms = backoffMs(failures, { firstMs: 100, longestMs: 2000 })
    if (ms < whole / 2 || ms > whole) t.fail(`${ms} of ${whole}`)
  }
  t.equal(backoffMs(5000, { firstMs: 0 }), 0)
  t.end()
})

t.test('ends the tries and the pauses with the signal\'s reason, whatever it is', async t => {
  for (const reason of [new Error('left'), 'abandoned']) {
    const before = make([])
    t.equal(await retry(before.action, { ...before.options, signal: AbortSignal.abort(reason) }).catch(error => error), reason)
    t.same(before.attempts, [])

    const during = new AbortController()
    const trying = make([])
    const action = async () => {
      during.abort(reason)
      throw failure('busy')
    }
    t.equal(await retry(action, { ...trying.options, signal: during.signal }).catch(error => error), reason)
    t.same(trying.pauses, [])

    const pausing = new AbortController()
    const { action: fails, options: { wait, ...real }, attempts } = make([failure('busy'), failure('busy')])
    const onRetry = () => { setImmediate(() => pausing.abort(reason)) }
    t.equal(
      await retry(fails, { ...real, firstMs: 60_000, longestMs: 60_000, onRetry, signal: pausing.signal }).catch(error => error),
      reason
    )
    t.equal(attempts.length, 1)
  }
})

t.test('returns a result that arrives as the signal fires', async t => {
  const abort = new AbortController()
  const { options } = make([])
  t.equal(await retry(async () => { abort.abort(); return 'written' }, { ...options, signal: abort.signal }), 'written')
})

t.test('throws a TypeError at once, because it is a bug', async t => {
  const { action, options, attempts } = make([new TypeError('x is not a function')])
  await t.rejects(retry(action, { ...options, isRetryable: () => true }), TypeError)
  t.equal(attempts.length, 1)
})
