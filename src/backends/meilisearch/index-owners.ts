// Which company an index belongs to: none ever serves two.
import { LRUCache } from 'lru-cache'
import { coded } from '../../errors.ts'
import type { CompanyProfile } from '../../types.ts'

export interface Claims {
  /** Claims the indexes of a company, and lets go of those that it had claimed before. Throws INDEX_TAKEN. */
  claim (company: CompanyProfile): void
}

/** Indexes at most of which it is remembered whose they are. */
const most = 100_000
/** A company that nobody has asked anything for so long is taken to be gone, or to have another id. */
const claimMs = 60 * 60_000

export function createClaims ({ now = Date.now }: { now?: () => number } = {}): Claims {
  const options = { max: most, ttl: claimMs, ttlResolution: 0, perf: { now } }
  /** Index uid → the company that it belongs to; and what each company has claimed. */
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

/** `<company>__<kind>`, unless the company's profile names another. */
export function uidOf (company: CompanyProfile, kind: string): string {
  return company.indexes[kind]!.uid ?? `${company.id}__${kind}`
}

/** The same. Throws INDEX_TAKEN when an index of that name is another company's. */
export function ownUidOf (company: CompanyProfile, kind: string): string {
  const uid = uidOf(company, kind)
  if (uid.includes('__') && uid.split('__')[0] !== company.id) throw coded('INDEX_TAKEN', `Index ${uid}.`)
  return uid
}
