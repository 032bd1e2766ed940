// Feedback in the company's file: the contract of all, its deletion, its limit, and damage.
import { writeFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { createSqliteFeedback } from '../../../src/backends/sqlite/feedback.ts'
import { feedbackContract, feedbackOf } from '../../contracts/feedback.ts'
import { searchStore } from '../../fixtures/search-store.ts'
import { until } from '../../fixtures/until.ts'

const onError = (error: unknown) => { throw error }

feedbackContract(t, async (t, ttlMs) => {
  let now = Date.now()
  const { store } = await searchStore(t)
  const feedback = createSqliteFeedback({ store, ttlMs, timeoutMs: 60_000, onError, now: () => now })
  t.teardown(() => feedback.close())
  return { feedback, pass: ms => { now += ms } }
})

function count (path: string): number {
  const db = new DatabaseSync(path, { readOnly: true })
  const { n } = db.prepare('SELECT count(*) AS n FROM feedback').get() as { n: number }
  db.close()
  return n
}

t.test('deletes what has expired', async t => {
  const { store, path } = await searchStore(t)
  let now = Date.now()
  const feedback = createSqliteFeedback({ store, ttlMs: 1000, timeoutMs: 60_000, onError, expireEveryMs: 20, now: () => now })
  t.teardown(() => feedback.close())
  await feedback.put('shop', Array.from({ length: 250 }, (_, i) => feedbackOf(`a${i}`)))
  now += 10_000
  await until(() => count(path('shop')) === 0)
  t.same(await feedback.list('shop', {}, { limit: 10 }), [])
})

t.test('keeps the newest when there are too many', async t => {
  const { store, path } = await searchStore(t)
  const feedback = createSqliteFeedback({ store, ttlMs: 1e12, timeoutMs: 60_000, onError, maxEntries: 50 })
  t.teardown(() => feedback.close())
  await feedback.put('shop', Array.from({ length: 300 }, (_, i) => feedbackOf(`a${i}`)))
  t.equal(count(path('shop')), 50)
  t.equal((await feedback.list('shop', {}, { limit: 1 }))[0]!.answerId, 'a299')
})

t.test('says that feedback cannot be read from a damaged file', async t => {
  const { store, path } = await searchStore(t)
  mkdirSync(dirname(path('shop')), { recursive: true })
  writeFileSync(path('shop'), 'not a database '.repeat(1000))
  const feedback = createSqliteFeedback({ store, ttlMs: 1000, timeoutMs: 60_000, onError })
  t.teardown(() => feedback.close())
  await t.rejects(feedback.list('shop', {}, { limit: 1 }), { code: 'FEEDBACK_UNAVAILABLE', message: /damaged/ })
  await t.rejects(feedback.put('shop', [feedbackOf('a')]), { code: 'FEEDBACK_UNAVAILABLE', message: /damaged/ })
})
