// Feedback in Supabase: the contract of all stores, its limit, its failures, and the key of people.
import t, { type Test } from 'tap'
import { createSupabaseFeedback } from '../../../src/backends/supabase/feedback.ts'
import { peopleKeyOf } from '../../../src/backends/supabase/people.ts'
import { feedbackContract, feedbackOf } from '../../contracts/feedback.ts'
import { connect, startLite } from '../../fixtures/supabase.ts'
import { emptyTablesSql, feedbackCompaniesSql } from '../../fixtures/supabase-sql.ts'

const lite = await startLite()
const onError = (error: unknown) => { throw error }

async function parts (t: Test) {
  await lite.sql(emptyTablesSql)
  await lite.sql(feedbackCompaniesSql)
  const { url, close } = await lite.listen(t)
  return { supabase: connect(t, url), close }
}

feedbackContract(t, async (t, ttlMs) => {
  let now = Date.now()
  const { supabase } = await parts(t)
  const feedback = createSupabaseFeedback({ supabase, ttlMs, onError, now: () => now })
  t.teardown(() => feedback.close())
  return { feedback, pass: ms => { now += ms } }
})

t.test('keeps the newest when there are too many, and takes the last of equal ones', async t => {
  const { supabase } = await parts(t)
  const feedback = createSupabaseFeedback({ supabase, ttlMs: 1e12, onError, maxEntries: 50 })
  t.teardown(() => feedback.close())
  t.equal(await feedback.put('shop', []), 0)
  t.equal(await feedback.put('shop', Array.from({ length: 60 }, (_, i) => feedbackOf(`a${i}`))), 60)
  const found = await feedback.list('shop', {}, { limit: 100 })
  t.equal(found.length, 50)
  t.equal(found[0]!.answerId, 'a59')
  t.equal(await feedback.put('shop', [feedbackOf('a59', { score: 0 }), feedbackOf('a59', { score: -1 })]), 0)
  t.equal((await feedback.list('shop', {}, { limit: 1 }))[0]!.score, -1)
})

t.test('throws a coded error for every failure', async t => {
  const { supabase, close } = await parts(t)
  const feedback = createSupabaseFeedback({ supabase, ttlMs: 1000, onError })
  t.teardown(() => feedback.close())
  await close()
  const expected = { code: 'FEEDBACK_UNAVAILABLE', statusCode: 503, message: /SUPABASE_URL/ }
  await t.rejects(feedback.put('shop', [feedbackOf('a')]), expected)
  await t.rejects(feedback.list('shop', {}, { limit: 1 }), expected)
  await t.rejects(feedback.erase('shop', null), expected)
  await t.rejects(peopleKeyOf(supabase, 'shop', 'k'.repeat(43)), expected)
})

t.test('makes the key of people once, for known companies', async t => {
  const { supabase } = await parts(t)
  const [one, other] = ['a'.repeat(43), 'b'.repeat(43)] as const
  t.equal(await peopleKeyOf(supabase, 'shop', one), one)
  t.equal(await peopleKeyOf(supabase, 'shop', other), one)
  t.equal(await peopleKeyOf(supabase, 'other', other), other)
  await t.rejects(peopleKeyOf(supabase, 'nobody', one), { code: 'UNKNOWN_COMPANY' })
})
