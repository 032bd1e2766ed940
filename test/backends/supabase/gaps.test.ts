// Gaps in Supabase: the contract of all stores, and failures.
import t from 'tap'
import { createSupabaseGaps } from '../../../src/backends/supabase/gaps.ts'
import { gapContract, missedQuestion } from '../../contracts/gaps.ts'
import { connect, startLite } from '../../fixtures/supabase.ts'
import { emptyTablesSql, feedbackCompaniesSql } from '../../fixtures/supabase-sql.ts'

const lite = await startLite()
const onError = (error: unknown) => { throw error }

gapContract(t, async (t, ttlMs) => {
  let now = Date.parse('2026-03-10T12:00:00Z')
  await lite.sql(emptyTablesSql)
  await lite.sql(feedbackCompaniesSql)
  const { url } = await lite.listen(t)
  const gaps = createSupabaseGaps({ supabase: connect(t, url), ttlMs, maxQuestions: 10, maxOfOne: 3, onError, now: () => now })
  t.teardown(() => gaps.close())
  return { gaps, now: () => now, pass: ms => { now += ms } }
})

t.test('asks each table once for what fits into one page', async t => {
  await lite.sql(emptyTablesSql)
  await lite.sql(feedbackCompaniesSql)
  const supabase = connect(t, (await lite.listen(t)).url)
  const asked: string[] = []
  const from: typeof supabase.from = (table: string) => {
    asked.push(table)
    return supabase.from(table)
  }
  const gaps = createSupabaseGaps({ supabase: { ...supabase, from }, ttlMs: 1000, onError })
  t.teardown(() => gaps.close())
  await gaps.add('shop', [missedQuestion('a', { at: Date.now() })])
  asked.length = 0
  t.equal((await gaps.exemplars('shop')).questions.length, 1)
  t.same(asked, ['missed_questions', 'gaps'])
})

t.test('throws a coded error for every failure', async t => {
  const { url, close } = await lite.listen(t)
  const gaps = createSupabaseGaps({ supabase: connect(t, url), ttlMs: 1000, onError })
  t.teardown(() => gaps.close())
  await close()
  const expected = { code: 'GAPS_UNAVAILABLE', statusCode: 503, message: /SUPABASE_URL/ }
  await t.rejects(gaps.add('shop', [missedQuestion('a')]), expected)
  await t.rejects(gaps.list('shop', {}, { offset: 0, limit: 1 }), expected)
  await t.rejects(gaps.exemplars('shop'), expected)
  await t.rejects(gaps.forgetUser('shop', 'x'), expected)
})
