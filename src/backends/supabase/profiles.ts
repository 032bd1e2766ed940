// Stores company profiles in the tables of a Supabase project.
import { LRUCache } from 'lru-cache'
import { coded } from '../../errors.ts'
import { dataOf, type Supabase } from './client.ts'
import type { CompanyProfile } from '../../types.ts'
import { parseProfile, type WrittenProfile } from '../../profiles/profile.ts'
import type { ProfileStore } from '../../profiles/store.ts'

interface CompanyRow {
  id: string
  name: string
  language: string
  system_prompt: string
  model: string | null
  refuse_without_passages: boolean
  common_questions: string[] | null
  texts: object | null
  updated_at: string
  company_indexes: { kind: string, mapping: string, uid: string | null, position: number }[]
}

/**
 * One embedded read returns a company with its indexes. The mapping is read as text: PostgREST makes embedded rows jsonb,
 * which forgets the order of keys, and the facts of a document are shown in that order.
 */
const columns = `id,name,language,system_prompt,model,refuse_without_passages,common_questions,texts,updated_at,
  company_indexes(kind,mapping::text,uid,position)`

/** The rows of one request: Supabase returns no more unless configured otherwise. */
const pageRows = 1000
/** The most companies whose last change is remembered. */
const maxSeen = 10_000

/** Creates the store. Every method throws PROMPTS_UNAVAILABLE; for an invalid row, with the name of the wrong field. */
export function createSupabaseProfiles ({ supabase }: { supabase: Supabase }): ProfileStore {
  /** When each company had last changed, at the time it was read; null = there was no such company. */
  const seen = new LRUCache<string, { changedAt: string | null }>({ max: maxSeen })

  async function rows (signal: AbortSignal): Promise<{ id: string, updated_at: string }[]> {
    const all: { id: string, updated_at: string }[] = []
    for (;;) {
      signal.throwIfAborted()
      // The number of all rows: a project may return fewer at once than are asked for.
      const select = supabase.from('companies').select('id,updated_at', { count: 'exact' })
      const page = await select.order('id').range(all.length, all.length + pageRows - 1).abortSignal(signal)
      const got = dataOf<{ id: string, updated_at: string }[]>(page, 'PROMPTS_UNAVAILABLE')!
      all.push(...got)
      if (got.length === 0 || all.length >= (page.count ?? Infinity) || (page.count === null && got.length < pageRows)) return all
    }
  }

  return {
    async get (company, signal = new AbortController().signal) {
      signal.throwIfAborted()
      const row = dataOf(
        await supabase.from('companies').select(columns).eq('id', company).abortSignal(signal).maybeSingle<CompanyRow>(),
        'PROMPTS_UNAVAILABLE'
      )
      seen.set(company, { changedAt: row && row.updated_at })
      return row && profileOf(row)
    },
    companies: async (signal = new AbortController().signal) => (await rows(signal)).map(({ id }) => id),
    async changed (companies, signal = new AbortController().signal) {
      const now = new Map((await rows(signal)).map(row => [row.id, row.updated_at]))
      return companies.filter(company => {
        const before = seen.get(company)
        return before !== undefined && before.changedAt !== (now.get(company) ?? null)
      })
    },
    async unavailable () {
      try {
        dataOf(await supabase.from('companies').select('id').limit(1), 'PROMPTS_UNAVAILABLE')
        return null
      } catch (error) {
        return (error as Error).message
      }
    },
  }
}

function profileOf ({ model, company_indexes, updated_at, common_questions, texts, ...company }: CompanyRow): CompanyProfile {
  try {
    // A database returns rows in any order, and the version of a profile depends on it.
    const indexes = company_indexes.toSorted((a, b) => a.position - b.position || (a.kind < b.kind ? -1 : 1))
    return parseProfile({
      ...company,
      // A common question that cannot be asked does not make the profile invalid.
      common_questions: (common_questions ?? [])
        .filter(question => typeof question === 'string' && question !== '' && question.length <= 1000)
        .slice(0, 1000),
      ...(model === null ? {} : { model }),
      ...(Object.keys(texts ?? {}).length === 0 ? {} : { texts }),
      indexes: Object.fromEntries(
        indexes.map(({ kind, mapping, uid }) => [kind, { ...JSON.parse(mapping), ...(uid === null ? {} : { uid }) }])
      ),
    })
  } catch (error) {
    throw coded('PROMPTS_UNAVAILABLE', `Its row in Supabase is wrong: ${(error as Error).message}.`, error)
  }
}

/** Returns the rows of a written profile: one of `companies`, and any number of `company_indexes`. */
export function rowsOf ({ indexes, model, ...profile }: WrittenProfile) {
  const { id, name, language, system_prompt = '', refuse_without_passages = true, common_questions = [], texts = {} } = profile
  return {
    company: { id, name, language, system_prompt, model: model ?? null, refuse_without_passages, common_questions, texts },
    indexes: Object.entries(indexes).map(([kind, { uid, ...mapping }], position) => ({
      company_id: id,
      kind,
      mapping,
      uid: uid ?? null,
      position,
    })),
  }
}
