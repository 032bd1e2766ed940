// Stores runs of evaluations in each company's own file.
import { maxRuns as defaultMaxRuns, type EvaluationStore } from '../../evaluation/store.ts'
import { patientRun } from './company-data.ts'
import type { Store } from './thread.ts'

export interface SqliteEvaluationOptions {
  /** The owner closes it. */
  store: Store
  maxRuns?: number
  /** Longest wait for the thread. */
  timeoutMs?: number
}

export function createSqliteEvaluations ({ store, maxRuns = defaultMaxRuns, timeoutMs = 5000 }: SqliteEvaluationOptions): EvaluationStore {
  const run = patientRun({ store, timeoutMs, code: 'EVALUATIONS_UNAVAILABLE' })
  return {
    add: (company, stored) => run('addEvaluation', company, { run: stored, maxRuns }),
    get: (company, id) => run('getEvaluation', company, id),
    list: (company, filter, page) => run('listEvaluations', company, { ...filter, ...page }),
    remove: (company, id) => run('removeEvaluation', company, id),
  }
}
