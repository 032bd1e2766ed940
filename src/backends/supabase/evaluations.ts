// Stores runs of evaluations in a table of a Supabase project, which all instances share.
import type { Report } from '../../evaluation/report.ts'
import { maxRuns as defaultMaxRuns, summaryOf, type EvaluationStore, type ListedRun } from '../../evaluation/store.ts'
import { dataOf, failure, type Supabase } from './client.ts'

const unavailable = 'EVALUATIONS_UNAVAILABLE'

/** Creates the store. Every method throws EVALUATIONS_UNAVAILABLE. */
export function createSupabaseEvaluations (
  { supabase, maxRuns = defaultMaxRuns }: { supabase: Supabase, maxRuns?: number }
): EvaluationStore {
  const table = () => supabase.from('evaluations')
  return {
    async add (company, { id, report }) {
      const row = { company_id: company, id, name: report.set, summary: summaryOf(report), report }
      const { status, error } = await table().insert(row)
      if (error) throw failure(status, error, unavailable)
      const beyond = await table().select('n').eq('company_id', company).order('n', { ascending: false }).range(maxRuns, maxRuns)
      const [oldest] = dataOf<{ n: number }[]>(beyond, unavailable)!
      if (oldest) dataOf(await table().delete().eq('company_id', company).lte('n', oldest.n).select('n'), unavailable)
    },
    async get (company, id) {
      const found = await table().select('report').eq('company_id', company).eq('id', id).maybeSingle<{ report: Report }>()
      const row = dataOf<{ report: Report }>(found, unavailable)
      return row && { id, report: row.report }
    },
    async list (company, { set }, { before, limit }) {
      let select = table().select('n,id,summary').eq('company_id', company)
      if (set !== undefined) select = select.eq('name', set)
      if (before !== undefined) select = select.lt('n', before)
      return dataOf<ListedRun[]>(await select.order('n', { ascending: false }).limit(limit), unavailable)!
    },
    async remove (company, id) {
      const removed = await table().delete().eq('company_id', company).eq('id', id).select('n')
      return dataOf<unknown[]>(removed, unavailable)!.length > 0
    },
  }
}
