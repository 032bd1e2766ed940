// Adds to each profile the weights that its company has learnt.
import type { ProfileStore } from '../profiles/store.ts'
import type { LearningStore } from './store.ts'

/** Wraps a store of profiles. Where learnt weights cannot be read, the shipped ones are used until they can. */
export function withOwnWeights (
  profiles: ProfileStore, learning: Pick<LearningStore, 'used' | 'usedBy'>, onError: (company: string, error: unknown) => void
): ProfileStore {
  /** The version that each company was last read with; null = the shipped weights. */
  const read = new Map<string, string | null>()
  const { changed } = profiles
  return {
    ...profiles,
    async get (company, signal) {
      const [profile, used] = await Promise.all([
        profiles.get(company, signal),
        learning.used(company).catch(error => {
          onError(company, error)
          return null
        }),
      ])
      if (!profile) {
        read.delete(company)
        return null
      }
      read.set(company, used?.id ?? null)
      return used ? { ...profile, weights: { ...used.weights, version: used.id } } : profile
    },
    ...(changed && {
      async changed (companies, signal) {
        const [found, used] = await Promise.all([
          changed(companies, signal),
          learning.usedBy?.(companies, signal).catch(() => undefined),
        ])
        const others = used ? companies.filter(company => read.has(company) && read.get(company) !== (used.get(company) ?? null)) : []
        return [...new Set([...found, ...others])]
      },
    }),
  }
}
