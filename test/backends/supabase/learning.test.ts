// What companies have learnt, in Supabase: the contract of all stores, and failures.
import t from 'tap'
import { createSupabaseLearning } from '../../../src/backends/supabase/learning.ts'
import { learnedVersion, learningContract } from '../../contracts/learning.ts'
import { connect, startLite } from '../../fixtures/supabase.ts'
import { emptyTablesSql, feedbackCompaniesSql } from '../../fixtures/supabase-sql.ts'

const lite = await startLite()

learningContract(t, async t => {
  await lite.sql(emptyTablesSql)
  await lite.sql(feedbackCompaniesSql)
  return createSupabaseLearning({ supabase: connect(t, (await lite.listen(t)).url) })
})

t.test('goes with its company, and fails with the reason', async t => {
  await lite.sql(emptyTablesSql)
  await lite.sql(feedbackCompaniesSql)
  const supabase = connect(t, (await lite.listen(t)).url)
  const learning = createSupabaseLearning({ supabase })
  await learning.add('shop', learnedVersion('lrn_a'), true)
  await lite.sql("delete from public.companies where id = 'shop'")
  t.same(await learning.list('shop'), [])
  await t.rejects(learning.add('shop', learnedVersion('lrn_a'), true), { code: 'LEARNING_UNAVAILABLE' })
})
