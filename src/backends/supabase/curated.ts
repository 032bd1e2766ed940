// Stores curated answers in a table of a Supabase project, which all instances share.
import type { CuratedAnswer, CuratedStore, StoredCurated } from '../../curated/store.ts'
import { dataOf, failure, type Supabase } from './client.ts'

interface Row { entry: CuratedAnswer, hits: number, last_hit_at: string | null }

const unavailable = 'CURATED_UNAVAILABLE'
const columns = 'entry,hits,last_hit_at'
/** How often hits are counted anew when another instance has counted some in between. */
const maxTries = 10

/** Creates the store. Every method throws CURATED_UNAVAILABLE. */
export function createSupabaseCurated ({ supabase }: { supabase: Supabase }): CuratedStore {
  const table = () => supabase.from('curated')
  const curatedOf = ({ entry, hits, last_hit_at: last }: Row): StoredCurated =>
    ({ ...entry, hits, lastHitAt: last === null ? 0 : Date.parse(last) })

  async function find (company: string, id: string): Promise<Row | null> {
    return dataOf<Row[]>(await table().select(columns).eq('company_id', company).eq('id', id), unavailable)![0] ?? null
  }

  async function addTo (company: string, id: string, times: number, at: number): Promise<void> {
    for (let tries = 0; tries < maxTries; tries++) {
      const row = await find(company, id)
      if (!row) return
      const changed = await table().update({ hits: row.hits + times, last_hit_at: new Date(at).toISOString() })
        .eq('company_id', company).eq('id', id).eq('hits', row.hits).select('id')
      if (dataOf<unknown[]>(changed, unavailable)!.length > 0) return
    }
  }

  return {
    async put (company, curated) {
      const { status, error } = await table()
        .upsert({ company_id: company, id: curated.id, entry: curated }, { onConflict: 'company_id,id' })
      if (error) throw failure(status, error, unavailable)
    },
    async get (company, id) {
      const row = await find(company, id)
      return row && curatedOf(row)
    },
    async list (company, { after, limit }) {
      const rows = await table().select(columns).eq('company_id', company).gt('id', after).order('id').limit(limit)
      return dataOf<Row[]>(rows, unavailable)!.map(curatedOf)
    },
    async remove (company, id) {
      return dataOf<unknown[]>(await table().delete().eq('company_id', company).eq('id', id).select('id'), unavailable)!.length > 0
    },
    async addHits (company, hits, at) {
      for (const [id, times] of hits) await addTo(company, id, times, at)
    },
  }
}
