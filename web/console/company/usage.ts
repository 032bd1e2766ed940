// What a company has used, and what it may use in a day.
import { signal } from '@preact/signals'
import { call, problemOf, type Problem } from '../api.ts'

export interface Counts { questions: number, input_tokens: number, output_tokens: number, searches: number }
export interface Limits { questions_per_day?: number, tokens_per_day?: number }
export interface Budget extends Limits { keys?: Record<string, Limits> }
export type KeyCounts = Counts & { key: string | null, kind: string | null, name: string | null }
interface Report<Row> { from: string, to: string, data: Row[], total: Counts, budget?: Budget & { spent: boolean } }

export interface Usage {
  days: Report<Counts & { day: string }>
  /** Of the same days, by key. */
  keys: KeyCounts[]
  today: Report<KeyCounts>
}

export const usage = signal<Usage | null>(null)
export const problem = signal<Problem | null>(null)
let newest = 0

export const tokensOf = ({ input_tokens: read, output_tokens: written }: Counts) => read + written

export async function loadUsage (company: string): Promise<void> {
  const own = ++newest
  problem.value = null
  const day = new Date().toISOString().slice(0, 10)
  const read = <T>(query: Record<string, string>) => call<T>('v1/usage', { query: { company_id: company, ...query } })
  try {
    const [days, { data: keys }, today] = await Promise.all([
      read<Usage['days']>({ by: 'day' }), read<Usage['today']>({ by: 'key' }), read<Usage['today']>({ by: 'key', from: day, to: day }),
    ])
    if (own === newest) usage.value = { days, keys, today }
  } catch (error) {
    if (own === newest) problem.value = problemOf(error)
  }
}

/** Reads the budget as it is now. */
export async function readBudget (company: string): Promise<Budget | undefined> {
  const day = new Date().toISOString().slice(0, 10)
  return (await call<Usage['today']>('v1/usage', { query: { company_id: company, by: 'key', from: day, to: day } })).budget
}

/** A merge patch: what is to go is named. */
export interface BudgetPatch {
  questions_per_day?: number | null
  tokens_per_day?: number | null
  keys?: Record<string, BudgetPatch | null>
}

/** Changes the budget; null = none. Throws an ApiError. */
export async function setBudget (company: string, budget: BudgetPatch | null): Promise<void> {
  await call(`v1/companies/${company}`, { method: 'PATCH', body: { budget } })
  await loadUsage(company)
}
