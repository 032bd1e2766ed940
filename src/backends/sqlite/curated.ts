// Stores curated answers in each company's own file.
import type { CuratedStore } from '../../curated/store.ts'
import { patientRun } from './company-data.ts'
import type { Store } from './thread.ts'

export function createSqliteCurated ({ store, timeoutMs = 5000 }: { store: Store, timeoutMs?: number }): CuratedStore {
  const run = patientRun({ store, timeoutMs, code: 'CURATED_UNAVAILABLE' })
  return {
    put: (company, curated) => run('putCurated', company, curated),
    get: (company, id) => run('getCurated', company, id),
    list: (company, page) => run('listCurated', company, page),
    remove: (company, id) => run('removeCurated', company, id),
    addHits: (company, hits, at) => run('addCuratedHits', company, { hits, at }),
  }
}
