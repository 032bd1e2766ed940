// Runs of `causerie eval`, as the service keeps them.
import { call } from '../api.ts'
import { createPagedList } from '../paged-list.ts'

export interface Figure { name: string, title: string, value: number, low: number, high: number, n: number, isLowerBetter: boolean }
export interface CauseCount { cause: string, n: number, title: string, advice: string }
export interface RunSummary {
  id: string, set: string, made_at: string, questions: number, model?: string, sample?: { of: number, seed: number }
  figures: Figure[], causes: CauseCount[], ms: { p50: number, p95: number, total: number }
}
export interface RunCase {
  id: string, question: string, passed: boolean, cause: string | null, accepted: string[], answer: string, refused: boolean
  found: { id: string, title: string }[], error?: string
}
export interface Difference { name: string, before: number, now: number, n: number, low: number, high: number, isLowerBetter: boolean }
export interface Change { before: RunCase, now: RunCase }
export interface Comparison {
  against: { id: string, set: string, made_at: string }, differences: Difference[], broken: Change[], mended: Change[]
}
export interface Run extends RunSummary { cases: RunCase[], comparison?: Comparison }

const paged = createPagedList<RunSummary>('v1/evaluations')
/** The newest first; the service keeps no more than one page. */
export const { items: runs, problem } = paged

export const load = (company: string) => paged.load({ company_id: company, limit: '100' })

/** Throws an ApiError, as the others do. @param against the run to compare with */
export const readRun = (company: string, id: string, against: string | undefined) =>
  call<Run>(`v1/evaluations/${id}`, { query: { company_id: company, against } })

export const removeRun = (company: string, id: string) =>
  call<void>(`v1/evaluations/${id}`, { method: 'DELETE', query: { company_id: company } })

export const percent = (share: number) => `${(100 * share).toFixed(1)} %`
/** A difference of shares in points, with its sign. */
export const points = (difference: number) => {
  const size = Math.abs(100 * difference).toFixed(1)
  return size === '0.0' ? '0' : `${difference < 0 ? '−' : '+'}${size}`
}
export const when = (date: string) => new Date(date).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
