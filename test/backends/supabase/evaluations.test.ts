// Evaluations in Supabase: the contract of all stores, failures, and the end of a company.
import t, { type Test } from 'tap'
import { createSupabaseEvaluations } from '../../../src/backends/supabase/evaluations.ts'
import { evaluationContract, storedRun } from '../../contracts/evaluations.ts'
import { connect, startLite } from '../../fixtures/supabase.ts'
import { emptyTablesSql, feedbackCompaniesSql } from '../../fixtures/supabase-sql.ts'

const lite = await startLite()

async function parts (t: Test) {
  await lite.sql(emptyTablesSql)
  await lite.sql(feedbackCompaniesSql)
  const { url, close } = await lite.listen(t)
  return { evaluations: createSupabaseEvaluations({ supabase: connect(t, url), maxRuns: 5 }), close }
}

evaluationContract(t, async t => (await parts(t)).evaluations)

t.test('goes with its company', async t => {
  const { evaluations } = await parts(t)
  await evaluations.add('shop', storedRun('eval_a'))
  await lite.sql("delete from public.companies where id = 'shop'")
  t.equal(await evaluations.get('shop', 'eval_a'), null)
})

t.test('throws a coded error for every failure', async t => {
  const { evaluations, close } = await parts(t)
  await close()
  const expected = { code: 'EVALUATIONS_UNAVAILABLE', statusCode: 503, message: /SUPABASE_URL/ }
  await t.rejects(evaluations.add('shop', storedRun('eval_a')), expected)
  await t.rejects(evaluations.get('shop', 'eval_a'), expected)
  await t.rejects(evaluations.list('shop', {}, { limit: 1 }), expected)
  await t.rejects(evaluations.remove('shop', 'eval_a'), expected)
})
