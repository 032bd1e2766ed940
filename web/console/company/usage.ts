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

/** Sets the budget; null = none. Throws an ApiError. */
export async function setBudget (company: string, before: Budget | undefined, budget: Budget | null): Promise<void> {
  // A merge patch: what is to go must be named.
  const limitsOf = (limits: Limits) =>
    ({ questions_per_day: limits.questions_per_day ?? null, tokens_per_day: limits.tokens_per_day ?? null })
  const gone = Object.keys(before?.keys ?? {}).map(key => [key, null] as const)
  const kept = Object.entries(budget?.keys ?? {}).map(([key, limits]) => [key, limitsOf(limits)] as const)
  const patch = budget && { ...limitsOf(budget), keys: Object.fromEntries<object | null>([...gone, ...kept]) }
  await call(`v1/companies/${company}`, { method: 'PATCH', body: { budget: patch } })
  await loadUsage(company)
}
