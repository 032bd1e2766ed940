// The embedded prompt store: each company's profile lies in its own SQLite file.
import type { Store } from '../store/store.ts'
import type { PromptStore } from './store.ts'

/** @param onVersion told the version of a company's documents, which lies in the same file, at each read */
export function createSqlitePrompts ({ store, onVersion = () => {} }: {
  store: Store
  onVersion?: (company: string, version: string) => void
}): PromptStore {
  return {
    async get (company, signal) {
      const { profile, version } = await store.run('getProfile', company, null, signal)
      onVersion(company, version)
      return profile
    },
    async unavailable () {
      try {
        await store.companies()
        return null
      } catch (error) {
        return (error as Error).message
      }
    },
  }
}
