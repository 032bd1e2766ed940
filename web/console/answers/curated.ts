// The answers that people wrote or corrected: read, written, confirmed and removed.
import { signal } from '@preact/signals'
import { call, problemOf, type Problem } from '../api.ts'

export interface Curated {
  id: string
  index: string
  question: string
  variants: string[]
  answer: string
  url: string
  access: string[] | null
  gap: string | null
  hits: number
  last_hit_at: string | null
  /** What a corrected answer rested on has changed since it was read. */
  stale: boolean
  changed_sources: string[]
  changed_at: string
}
export type Entry = Pick<Curated, 'question' | 'answer' | 'variants' | 'index' | 'url' | 'access'>

export const answers = signal<Curated[] | null>(null)
export const problem = signal<Problem | null>(null)

/** They are ordered and searched here, so all of them are read, up to this many. */
const maxRead = 2000
let newest = 0

/** Reads all of a company's: those to be read again first, then those that are cited most. */
export async function load (company: string): Promise<void> {
  const own = ++newest
  problem.value = null
  try {
    const all: Curated[] = []
    for (let after: string | undefined; all.length < maxRead;) {
      const query = { company_id: company, limit: '100', after }
      const { data, next } = await call<{ data: Curated[], next: string | null }>('v1/curated', { query })
      all.push(...data)
      if (next === null) break
      after = next
    }
    if (own !== newest) return
    answers.value = all.sort((a, b) =>
      Number(b.stale) - Number(a.stale) || b.hits - a.hits || Date.parse(b.changed_at) - Date.parse(a.changed_at))
  } catch (error) {
    if (own === newest) problem.value = problemOf(error)
  }
}

/** Writes a new answer, or changes one; an empty change says that it was read and is still right. Throws an ApiError. */
export async function write (company: string, id: string | null, entry: Partial<Entry> & { answer_id?: string }): Promise<void> {
  const body = { company_id: company, ...entry }
  await (id === null ? call('v1/curated', { method: 'POST', body }) : call(`v1/curated/${id}`, { method: 'PATCH', body }))
  await load(company)
}

export function read (company: string, id: string): Promise<Curated> {
  return call<Curated>(`v1/curated/${id}`, { query: { company_id: company } })
}

export async function remove (company: string, id: string): Promise<void> {
  try {
    await call(`v1/curated/${id}`, { method: 'DELETE', query: { company_id: company } })
    await load(company)
  } catch (error) {
    problem.value = problemOf(error)
  }
}
