// Gaps in the company's file: the contract of all, and their deletion.
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { createSqliteGaps } from '../../../src/backends/sqlite/gaps.ts'
import { gapContract, missedQuestion } from '../../contracts/gaps.ts'
import { searchStore } from '../../fixtures/search-store.ts'
import { until } from '../../fixtures/until.ts'

const onError = (error: unknown) => { throw error }

gapContract(t, async (t, ttlMs) => {
  let now = Date.parse('2026-03-10T12:00:00Z')
  const { store } = await searchStore(t)
  const gaps = createSqliteGaps({ store, ttlMs, maxQuestions: 10, maxOfOne: 3, timeoutMs: 60_000, onError, now: () => now })
  t.teardown(() => gaps.close())
  return { gaps, now: () => now, pass: ms => { now += ms } }
})

t.test('deletes what has expired, with the gaps that it leaves empty', async t => {
  const { store, path } = await searchStore(t)
  let now = Date.now()
  const gaps = createSqliteGaps({ store, ttlMs: 1000, timeoutMs: 60_000, onError, expireEveryMs: 20, now: () => now })
  t.teardown(() => gaps.close())
  await gaps.add('shop', Array.from({ length: 250 }, (_, i) => missedQuestion(`a${i}`, { at: now })))
  const { questions } = await gaps.exemplars('shop')
  await gaps.sort('shop', { moved: questions.map(({ n }): [number, string] => [n, `gap-${n % 3}`]), merged: [] })
  now += 10_000
  const count = (table: string) => {
    const db = new DatabaseSync(path('shop'), { readOnly: true })
    const { n } = db.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }
    db.close()
    return n
  }
  await until(() => count('missed') === 0 && count('gaps') === 0)
  t.same(await gaps.list('shop', {}, { offset: 0, limit: 10 }), [])
})

t.test('makes the key of people once, also for a company without documents', async t => {
  const { store } = await searchStore(t)
  t.equal(await store.run('keyOfPeople', 'shop', 'first'), 'first')
  t.equal(await store.run('keyOfPeople', 'shop', 'second'), 'first')
  t.equal(await store.run('keyOfPeople', 'other', 'third'), 'third')
})
