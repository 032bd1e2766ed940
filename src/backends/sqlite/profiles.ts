// The embedded profile store: each company's profile is in its own SQLite file.
import { parseProfile, type WrittenProfile } from '../../profiles/profile.ts'
import type { CompanyProfile } from '../../types.ts'
import type { Store } from './thread.ts'
import type { ProfileStore } from '../../profiles/store.ts'

export function createSqliteProfiles ({ store }: { store: Store }): ProfileStore {
  const withProfile = new Set<string>()
  return {
    async get (company, signal) {
      return (await getProfile(store, company, signal)).profile
    },
    async companies (signal) {
      const ids = await store.companies()
      // One after the other, each file once, so that questions are answered in between. A damaged file affects only its own company.
      for (const id of ids) {
        if (withProfile.has(id)) continue
        const read = await getProfile(store, id, signal).catch(() => null)
        signal?.throwIfAborted()
        if (read?.profile) withProfile.add(id)
      }
      return ids.filter(id => withProfile.has(id))
    },
    unavailable: store.unavailable,
    writer: {
      read: async (company, signal) => (await store.run('getProfile', company, null, signal)).profile,
      put: (profile, signal) => store.run('putProfile', profile.id, profile, signal),
      async delete (company, signal) {
        withProfile.delete(company)
        await store.run('removeCompany', company, null, signal)
      },
    },
  }
}

/**
 * Reads a company's profile, and the version of everything in its file ('0' when there is no file).
 * Profiles are checked here, not in the thread: loading TypeBox there would more than double the time to start it.
 * @throws Error when the stored profile does not fit the schema
 */
export async function getProfile (
  store: Store,
  company: string,
  signal?: AbortSignal
): Promise<{ profile: CompanyProfile | null; version: string }> {
  const { profile, version } = await store.run('getProfile', company, null, signal)
  return { profile: profile && parseProfile(profile), version }
}

/** Writes a company's profile. @throws Error that names the first wrong field */
export async function putProfile (store: Store, company: string, written: unknown): Promise<void> {
  parseProfile(written)
  await store.run('putProfile', company, written as WrittenProfile)
}
