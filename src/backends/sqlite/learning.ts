// Stores what companies have learnt in each company's own file.
import { coded } from '../../errors.ts'
import { maxVersions, type LearningStore } from '../../learning/store.ts'
import { patientRun } from './company-data.ts'
import type { Store } from './thread.ts'

export function createSqliteLearning ({ store, timeoutMs = 5000 }: { store: Store, timeoutMs?: number }): LearningStore {
  const run = patientRun({ store, timeoutMs, code: 'LEARNING_UNAVAILABLE' })
  return {
    async add (company, version, use) {
      if (!await run('addLearned', company, { version, use, most: maxVersions })) throw coded('UNKNOWN_COMPANY')
    },
    list: company => run('listLearned', company, null),
    async used (company) {
      const found = await run('usedLearned', company, null)
      return found && { id: found.id, weights: found.weights }
    },
    use: (company, id) => run('useLearned', company, id),
  }
}
