// The embedded prompt store: each company's profile lies in its own SQLite file.
import type { Store } from '../store/store.ts'
import type { PromptStore } from './store.ts'

export function createSqlitePrompts ({ store }: { store: Store }): PromptStore {
  return {
    async get (company, signal) {
      return (await store.run('getProfile', company, null, signal)).profile
    },
    async companies (signal) {
      const ids = await store.companies()
      const profiles = await Promise.all(ids.map(id => store.run('getProfile', id, null, signal)))
      return ids.filter((_, i) => profiles[i]!.profile !== null)
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
