// Stores what companies have learnt in a table of a Supabase project, which all instances share.
import { maxVersions, type LearnedVersion, type LearningStore, type StoredVersion } from '../../learning/store.ts'
import { dataOf, failure, type Supabase } from './client.ts'

interface Row { n: number, id: string, entry: LearnedVersion, used_at: number, replaced: string | null }

const columns = 'n,id,entry,used_at,replaced'
const once = { onConflict: 'company_id,id' }
const unavailable = 'LEARNING_UNAVAILABLE'
/** The id of the row that says that the shipped weights were put back into use. */
const shipped = ''
/** More companies at once would make the address of a request too long. */
const companiesAtOnce = 100

/** What is in use is the row that was used last: it changes with one write, or not at all. */
export function createSupabaseLearning ({ supabase }: { supabase: Supabase }): LearningStore {
  const table = () => supabase.from('learned_versions')
  const check = ({ status, error }: { status: number, error: Parameters<typeof failure>[1] | null }) => {
    if (error) throw failure(status, error, unavailable)
  }

  async function lastUsed (company: string): Promise<Row | null> {
    const rows = dataOf<Row[]>(
      await table().select(columns).eq('company_id', company).gt('used_at', 0).order('used_at', { ascending: false }).limit(1), unavailable
    )!
    return rows[0] ?? null
  }
  /** Returns a time that is later than that of what is in use, whatever the clock says. */
  const after = (used: Row | null) => Math.max(Date.now(), (used?.used_at ?? 0) + 1)

  async function removeOldest (company: string): Promise<void> {
    const select = table().select('n').eq('company_id', company).neq('id', shipped).order('n', { ascending: false })
    const [oldest] = dataOf<{ n: number }[]>(await select.range(maxVersions, maxVersions), unavailable)!
    if (!oldest) return
    const used = await lastUsed(company)
    check(await table().delete().eq('company_id', company).neq('id', shipped).lte('n', oldest.n).neq('n', used?.n ?? 0))
  }

  return {
    async add (company, version, use) {
      const { id, isProven } = version
      const used = use ? await lastUsed(company) : null
      const replaced = used === null || used.id === shipped ? null : used.id
      const row = { company_id: company, id, entry: version, is_proven: isProven, used_at: use ? after(used) : 0, replaced }
      check(await table().upsert(row, once))
      await removeOldest(company)
    },
    async list (company) {
      const select = table().select(columns).eq('company_id', company).order('n', { ascending: false }).limit(maxVersions + 2)
      const rows = dataOf<Row[]>(await select, unavailable)!
      const last = Math.max(0, ...rows.map(row => row.used_at))
      return rows.filter(({ id }) => id !== shipped).map(({ entry, used_at: usedAt, replaced }): StoredVersion =>
        ({ ...entry, isUsed: usedAt > 0 && usedAt === last, replaced }))
    },
    async used (company) {
      const row = await lastUsed(company)
      return row === null || row.id === shipped ? null : { id: row.id, weights: row.entry.weights }
    },
    async use (company, id) {
      const used = await lastUsed(company)
      if (id === null) {
        if (used !== null) check(await table().upsert({ company_id: company, id: shipped, entry: {}, used_at: after(used) }, once))
        return true
      }
      const own = table().update({ used_at: after(used) }).eq('company_id', company).eq('id', id).eq('is_proven', true)
      return (dataOf(await own.select('n'), unavailable) as unknown[]).length > 0
    },
    async usedBy (companies, signal = new AbortController().signal) {
      const last = new Map<string, { id: string, usedAt: number }>()
      for (let at = 0; at < companies.length; at += companiesAtOnce) {
        const some = companies.slice(at, at + companiesAtOnce)
        const select = table().select('company_id,id,used_at').in('company_id', some).gt('used_at', 0).order('used_at')
        type Used = { company_id: string, id: string, used_at: number }
        for (const { company_id: company, id, used_at: usedAt } of dataOf<Used[]>(await select.abortSignal(signal), unavailable)!) {
          if (usedAt > (last.get(company)?.usedAt ?? 0)) last.set(company, { id, usedAt })
        }
      }
      return new Map([...last].filter(([, { id }]) => id !== shipped).map(([company, { id }]) => [company, id]))
    },
  }
}
