// Tells which company an index belongs to: no index ever serves two.
import { LRUCache } from 'lru-cache'
import { coded } from '../../errors.ts'
import type { CompanyProfile } from '../../types.ts'

export interface IndexOwners {
  /** Claims the indexes of a company, and releases those that it claimed before. Throws INDEX_TAKEN. */
  claim (company: CompanyProfile): void
}

/** The most indexes whose owners are remembered. */
const maxIndexes = 100_000
/** A company without requests for this long is assumed to be gone, or to have another id. */
const claimMs = 60 * 60_000

export function createIndexOwners ({ now = () => performance.now() }: { now?: () => number } = {}): IndexOwners {
  const options = { max: maxIndexes, ttl: claimMs, ttlResolution: 0, perf: { now } }
  /** Index uid → the company that owns it; and company → the uids that it has claimed. */
  const owners = new LRUCache<string, string>(options)
  const claimed = new LRUCache<string, string[]>(options)
  return {
    claim (company) {
      const uids = Object.keys(company.indexes).map(kind => ownUidOf(company, kind))
      for (const uid of uids) if ((owners.get(uid) ?? company.id) !== company.id) throw coded('INDEX_TAKEN', `Index ${uid}.`)
      for (const uid of claimed.get(company.id) ?? []) owners.delete(uid)
      claimed.set(company.id, uids)
      for (const uid of uids) owners.set(uid, company.id)
    },
  }
}

/** Returns `<company>__<kind>`, unless the company's profile names another index. */
export function uidOf (company: CompanyProfile, kind: string): string {
  return company.indexes[kind]!.uid ?? `${company.id}__${kind}`
}

/** Returns the same as `uidOf`. Throws INDEX_TAKEN when the name of the index is another company's. */
export function ownUidOf (company: CompanyProfile, kind: string): string {
  const uid = uidOf(company, kind)
  if (uid.includes('__') && uid.split('__')[0] !== company.id) throw coded('INDEX_TAKEN', `Index ${uid}.`)
  return uid
}
