// Stores company profiles in the tables of a Supabase project.
import { LRUCache } from 'lru-cache'
import { coded } from '../../errors.ts'
import { dataOf, failure, type Supabase } from './client.ts'
import type { CompanyProfile } from '../../types.ts'
import { parseProfile, type WrittenProfile } from '../../profiles/profile.ts'
import type { ProfileStore, ProfileWriter } from '../../profiles/store.ts'

interface CompanyRow {
  id: string
  name: string
  language: string
  system_prompt: string
  model: string | null
  refuse_without_passages: boolean
  common_questions: string[] | null
  texts: object | null
  budget: object | null
  updated_at: string
  company_indexes: { kind: string, mapping: string, uid: string | null, position: number }[]
}

/**
 * One embedded read returns a company with its indexes. The mapping is read as text: PostgREST makes embedded rows jsonb,
 * which forgets the order of keys, and the facts of a document are shown in that order.
 */
const columns = `id,name,language,system_prompt,model,refuse_without_passages,common_questions,texts,budget,updated_at,
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

  async function readRow (company: string, signal: AbortSignal): Promise<CompanyRow | null> {
    signal.throwIfAborted()
    return dataOf(
      await supabase.from('companies').select(columns).eq('id', company).abortSignal(signal).maybeSingle<CompanyRow>(),
      'PROMPTS_UNAVAILABLE'
    )
  }

  return {
    async get (company, signal = new AbortController().signal) {
      const row = await readRow(company, signal)
      seen.set(company, { changedAt: row && row.updated_at })
      return row && parsed(row)
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
    writer: createWriter(supabase, readRow),
  }
}

function createWriter (
  supabase: Supabase, readRow: (company: string, signal: AbortSignal) => Promise<CompanyRow | null>
): ProfileWriter {
  const check = ({ status, error }: { status: number, error: Parameters<typeof failure>[1] | null }) => {
    if (error) throw failure(status, error, 'PROMPTS_UNAVAILABLE')
  }
  return {
    async read (company, signal = new AbortController().signal) {
      const row = await readRow(company, signal)
      return row && writtenOf(row)
    },
    async put (profile, signal = new AbortController().signal) {
      const { company, indexes } = rowsOf(profile)
      const kinds = indexes.map(({ kind }) => kind)
      check(await supabase.from('companies').upsert(company).abortSignal(signal))
      // Those that are no longer named first: one of the new ones may have the name of their index.
      const own = supabase.from('company_indexes').delete().eq('company_id', company.id)
      check(await (kinds.length === 0 ? own : own.not('kind', 'in', `(${kinds.join(',')})`)).abortSignal(signal))
      if (indexes.length > 0) check(await supabase.from('company_indexes').upsert(indexes).abortSignal(signal))
    },
    async delete (company, signal = new AbortController().signal) {
      check(await supabase.from('companies').delete().eq('id', company).abortSignal(signal))
    },
  }
}

function writtenOf ({ model, company_indexes, updated_at, common_questions, texts, budget, ...company }: CompanyRow): WrittenProfile {
  // A database returns rows in any order, and the version of a profile depends on it.
  const indexes = company_indexes.toSorted((a, b) => a.position - b.position || (a.kind < b.kind ? -1 : 1))
  return {
    ...company,
    // A common question that cannot be asked does not make the profile invalid.
    common_questions: (common_questions ?? [])
      .filter(question => typeof question === 'string' && question !== '' && question.length <= 1000)
      .slice(0, 1000),
    ...(model === null ? {} : { model }),
    ...(Object.keys(texts ?? {}).length === 0 ? {} : { texts }),
    ...(Object.keys(budget ?? {}).length === 0 ? {} : { budget }),
    indexes: Object.fromEntries(
      indexes.map(({ kind, mapping, uid }) => [kind, { ...JSON.parse(mapping), ...(uid === null ? {} : { uid }) }])
    ),
  } as WrittenProfile
}

function parsed (row: CompanyRow): CompanyProfile {
  try {
    return parseProfile(writtenOf(row))
  } catch (error) {
    throw coded('PROMPTS_UNAVAILABLE', `Its row in Supabase is wrong: ${(error as Error).message}.`, error)
  }
}

/** Returns the rows of a written profile: one of `companies`, and any number of `company_indexes`. */
export function rowsOf ({ indexes, model, ...profile }: WrittenProfile) {
  const { id, name, language, system_prompt = '', refuse_without_passages = true, common_questions = [], texts = {}, budget = {} } = profile
  return {
    company: { id, name, language, system_prompt, model: model ?? null, refuse_without_passages, common_questions, texts, budget },
    indexes: Object.entries(indexes).map(([kind, { uid, ...mapping }], position) => ({
      company_id: id,
      kind,
      mapping,
      uid: uid ?? null,
      position,
    })),
  }
}
