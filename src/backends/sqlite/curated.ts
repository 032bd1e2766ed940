// Stores curated answers in each company's own file.
import type { CuratedStore } from '../../curated/store.ts'
import { reworded, withPatience } from './company-data.ts'
import type { Store } from './thread.ts'

export function createSqliteCurated ({ store, timeoutMs = 5000 }: { store: Store, timeoutMs?: number }): CuratedStore {
  async function run<T extends Parameters<Store['run']>[0]> (task: T, company: string, argument: Parameters<typeof store.run<T>>[2]) {
    try {
      return await withPatience(timeoutMs, (signal, patienceMs) => store.run(task, company, argument, signal, patienceMs))
    } catch (error) {
      throw reworded('CURATED_UNAVAILABLE', error)
    }
  }
  return {
    put: (company, curated) => run('putCurated', company, curated),
    get: (company, id) => run('getCurated', company, id),
    list: (company, page) => run('listCurated', company, page),
    remove: (company, id) => run('removeCurated', company, id),
    addHits: (company, hits, at) => run('addCuratedHits', company, { hits, at }),
  }
}
