// The embedded prompt store: each company's profile lies in its own SQLite file.
import type { Store } from './thread.ts'
import type { PromptStore } from '../../profiles/store.ts'

export function createSqlitePrompts ({ store }: { store: Store }): PromptStore {
  const withProfile = new Set<string>()
  return {
    async get (company, signal) {
      return (await store.run('getProfile', company, null, signal)).profile
    },
    async companies (signal) {
      const ids = await store.companies()
      // One after the other, each file once: questions come between. A damaged file is its own company's trouble.
      for (const id of ids) {
        if (withProfile.has(id)) continue
        const read = await store.run('getProfile', id, null, signal).catch(() => null)
        signal?.throwIfAborted()
        if (read?.profile) withProfile.add(id)
      }
      return ids.filter(id => withProfile.has(id))
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
