// Stores the state of sources in each company's own file.
import type { SourceStore } from '../../sources/store.ts'
import { patientRun } from './company-data.ts'
import type { Store } from './thread.ts'

export function createSqliteSources ({ store, timeoutMs = 5000 }: { store: Store, timeoutMs?: number }): SourceStore {
  const run = patientRun({ store, timeoutMs, code: 'SOURCES_UNAVAILABLE' })
  return {
    put: (company, source) => run('putSource', company, source),
    list: company => run('listSources', company, null),
    remove: (company, id) => run('removeSource', company, id),
    erase: company => run('eraseSources', company, null),
    forget: async company => { await run('eraseSources', company, null) },
  }
}
