// Stands a keyed hash in for a person, so that what is stored about people names no one.
import { createHmac } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** A user of a company, or the key of a request that names no user. */
export type Person = { user: string } | { key: string | null }

export interface People {
  /** Returns the same hash for the same person of a company, wherever it is stored. */
  hashOf (company: string, who: Person): Promise<string>
  /** Forgets a company's key: the company was deleted. */
  forget (company: string): void
}

const maxCompanies = 1000
/** A company that is removed and made again has another key. */
const cachedMs = 60_000

/** @param keyOf returns a company's secret key, which is made at its first use and kept with the company's data */
export function createPeople ({ keyOf }: { keyOf (company: string): Promise<string> }): People {
  const keys = new LRUCache<string, Promise<string>>({ max: maxCompanies, ttl: cachedMs })

  function cachedKey (company: string): Promise<string> {
    let key = keys.get(company)
    if (!key) {
      keys.set(company, key = keyOf(company))
      key.catch(() => keys.delete(company))
    }
    return key
  }

  return {
    hashOf: async (company, who) =>
      createHmac('sha256', await cachedKey(company)).update(JSON.stringify([company, who])).digest('base64url').slice(0, 22),
    forget (company) {
      keys.delete(company)
    },
  }
}
