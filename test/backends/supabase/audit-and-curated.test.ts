// The record of changes and curated answers in Supabase: the contracts, and their failures.
import t, { type Test } from 'tap'
import { createSupabaseAudit } from '../../../src/backends/supabase/audit.ts'
import { createSupabaseCurated } from '../../../src/backends/supabase/curated.ts'
import { auditContract } from '../../contracts/audit.ts'
import { curatedAnswer, curatedContract } from '../../contracts/curated.ts'
import { connect, startLite } from '../../fixtures/supabase.ts'
import { emptyTablesSql, feedbackCompaniesSql } from '../../fixtures/supabase-sql.ts'

const lite = await startLite()

async function parts (t: Test) {
  await lite.sql(emptyTablesSql)
  await lite.sql(feedbackCompaniesSql)
  const { url, close } = await lite.listen(t)
  return { supabase: connect(t, url), close }
}

auditContract(t, async t => createSupabaseAudit(await parts(t)))
curatedContract(t, async t => createSupabaseCurated(await parts(t)))

t.test('every failure is a coded error', async t => {
  const { supabase, close } = await parts(t)
  await close()
  const audit = createSupabaseAudit({ supabase })
  const curated = createSupabaseCurated({ supabase })
  const change = { company: null, action: 'key.create', target: '', key: null, by: null }
  const ofAudit: (() => Promise<unknown>)[] = [() => audit.add(change, 0), () => audit.list({}, { limit: 1 }), () => audit.expire(0)]
  for (const fails of ofAudit) await t.rejects(fails(), { code: 'AUDIT_UNAVAILABLE' })
  const ofCurated: (() => Promise<unknown>)[] = [
    () => curated.put('shop', curatedAnswer('cur_a')), () => curated.get('shop', 'cur_a'), () => curated.remove('shop', 'cur_a'),
    () => curated.list('shop', { after: '', limit: 1 }), () => curated.addHits('shop', [['cur_a', 1]], 0),
  ]
  for (const fails of ofCurated) await t.rejects(fails(), { code: 'CURATED_UNAVAILABLE' })
})
