// The port to the runs of evaluations that a company keeps: how its answers did over time.
import type { Report } from './report.ts'

/** A run without its questions. */
export type RunSummary = Omit<Report, 'cases' | 'groups'>

/** A run as it is stored: see `toKept`. */
export interface StoredRun { id: string, report: Report }

export interface ListedRun {
  /** Ascending in the order in which runs were stored; the position in lists. */
  n: number
  id: string
  summary: RunSummary
}

export interface EvaluationStore {
  /** Stores a run. The oldest of the company beyond `maxRuns` are deleted. */
  add (company: string, run: StoredRun): Promise<void>
  get (company: string, id: string): Promise<StoredRun | null>
  /** Returns the newest first, of those before number `before`. @param set only the runs of this set */
  list (
    company: string, filter: { set?: string | undefined }, page: { before?: number | undefined, limit: number }
  ): Promise<ListedRun[]>
  /** Returns false when there is no such run. */
  remove (company: string, id: string): Promise<boolean>
}

/** The most runs of a company that are kept. */
export const maxRuns = 100

export function summaryOf ({ cases, groups, ...summary }: Report): RunSummary {
  return summary
}
