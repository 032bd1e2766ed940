// Keeps the record of who changed what in a table of a Supabase project, so that every instance shows the changes of all.
import type { AuditFilter, AuditStore, StoredAuditEntry } from '../../audit/store.ts'
import { dataOf, failure, type Supabase } from './client.ts'

interface Row {
  n: number, at: string, company_id: string | null, action: string, target: string, key_id: string | null, by_user: string | null
}

const unavailable = 'AUDIT_UNAVAILABLE'

/** Creates the store. Every method throws AUDIT_UNAVAILABLE. */
export function createSupabaseAudit ({ supabase }: { supabase: Supabase }): AuditStore {
  const table = () => supabase.from('audit')
  const iso = (ms: number) => new Date(Math.max(0, ms)).toISOString()

  return {
    async add ({ company, action, target, key, by }, at) {
      const { status, error } = await table().insert({ at: iso(at), company_id: company, action, target, key_id: key, by_user: by })
      if (error) throw failure(status, error, unavailable)
    },
    async list ({ company, since, until, actions }: AuditFilter, { before, limit }) {
      let select = table().select('n,at,company_id,action,target,key_id,by_user')
      if (company !== undefined) select = select.eq('company_id', company)
      if (since !== undefined) select = select.gte('at', iso(since))
      if (until !== undefined) select = select.lt('at', iso(until))
      if (actions) select = select.or(actions.flatMap(action => [`action.eq.${action}`, `action.like.${action}.%`]).join(','))
      if (before !== undefined) select = select.lt('n', before)
      const rows = dataOf<Row[]>(await select.order('n', { ascending: false }).limit(limit), unavailable)!
      return rows.map(({ n, at, company_id: company, action, target, key_id: key, by_user: by }): StoredAuditEntry =>
        ({ n, at: Date.parse(at), company, action, target, key, by }))
    },
    async expire (before) {
      return dataOf<unknown[]>(await table().delete().lt('at', iso(before)).select('n'), unavailable)!.length
    },
  }
}
