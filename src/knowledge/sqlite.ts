// Documents in the company's own SQLite file: the main thread's side of it.
import type { Store } from '../store/store.ts'
import type { DocumentStore } from './documents.ts'

/** Documents of one write or removal: short enough that a question never waits long behind it. */
const batch = 50

/** @param onChanged told when a company's documents have changed, with their new version */
export function createSqliteDocuments ({ store, onChanged }: { store: Store, onChanged: (company: string, version: string) => void }): DocumentStore {
  return {
    async put ({ id: company, language }, index, documents, signal) {
      const sum = { written: 0, unchanged: 0, evicted: 0 }
      for (let i = 0; i < documents.length; i += batch) {
        const { written, unchanged, version } = await store.run('putDocuments', company, { index, language, documents: documents.slice(i, i + batch) }, signal)
        sum.written += written
        sum.unchanged += unchanged
        if (written > 0) onChanged(company, version)
      }
      return sum
    },
    list: (company, index, options) => store.run('listDocuments', company, { index, ...options }),
    get: (company, index, id) => store.run('getDocument', company, { index, id }),
    async remove (company, index, ids) {
      let sum = 0
      for (let i = 0; i < ids.length; i += batch) {
        const { removed, version } = await store.run('removeDocuments', company, { index, ids: ids.slice(i, i + batch) })
        sum += removed
        if (removed > 0) onChanged(company, version)
      }
      return sum
    },
    pin: (company, index, id, pinned) => store.run('pinDocument', company, { index, id, pinned }),
    cite: (company, passages, at) => store.run('citeDocuments', company, { passages, at }),
    indexes: company => store.run('summarizeIndexes', company, null),
    stats: company => store.run('knowledgeStats', company, null),
  }
}
