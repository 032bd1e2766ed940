// What is known of each company's indexes: read when needed, refreshed while it is used.
import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { settlesWithin, unlessAborted } from '../../../async/signals.ts'
import type { CompanyProfile } from '../../../types.ts'
import { uidOf, type IndexOwners } from '../index-owners.ts'
import { MeilisearchError, failureKind } from '../errors.ts'
import type { IndexInfo, IndexReader, ReadIndex } from './indexes.ts'
import type { TenantTokens } from './tenant-tokens.ts'

export interface CompanyIndexes {
  indexes: IndexInfo[]
  /** Index kind → why it cannot be searched. */
  missing: Map<string, string>
}

export interface Catalogue {
  /** What is known, at once when anything is; throws when nothing is and the server does not answer. */
  get (profile: CompanyProfile, signal: AbortSignal): CompanyIndexes | Promise<CompanyIndexes>
  /**
   * Changes with any document or setting of any of the indexes. At once when it was read lately, else waited for, a
   * second at most; while it cannot be told it is another one each time, unless the server is away altogether.
   */
  version (profile: CompanyProfile): string | Promise<string>
  /** Forgets a company: its documents have changed. */
  drop (company: string): void
  stats (): Record<string, unknown>
}

interface Known {
  indexes: ReadIndex[]
  missing: Map<string, string>
  profileVersion: string
  /** When the first of its indexes was read: -Infinity while one never could be. */
  readAt: number
  /** Whether all of it has been read, rather than a part kept from before. */
  whole: boolean
}

const maxCompanies = 10_000
/** How long a question waits for a version. */
const waitMs = 1000

export interface CatalogueOptions {
  reader: IndexReader
  tokens: TenantTokens
  owners: IndexOwners
  /** Age at which what is known is read again in the background. */
  refreshMs: number
  /** Age from which on nothing vouches for it any more. */
  staleMs: number
  timeoutMs: number
  /** What is kept of documents that nothing vouches for is kept so long. */
  blindMs: number
  now?: () => number
}

export function createCatalogue ({ reader, tokens, owners, refreshMs, staleMs, timeoutMs, blindMs, now = Date.now }: CatalogueOptions): Catalogue {
  const known = new LRUCache<string, Known>({ max: maxCompanies })
  const reading = new Map<string, { profileVersion: string, found: Promise<Known> }>()

  function knownOf ({ id, version }: CompanyProfile): Known | undefined {
    const found = known.get(id)
    return found?.profileVersion === version ? found : undefined
  }

  async function read (company: CompanyProfile): Promise<Known> {
    try {
      owners.claim(company)
    } catch (error) {
      known.delete(company.id)
      throw error
    }
    const began = now()
    const signal = AbortSignal.timeout(timeoutMs)
    const kinds = Object.keys(company.indexes)
    const token = await tokens.for(kinds.map(kind => uidOf(company, kind)))
    const missing = new Map<string, string>()
    const failures = new Map<string, unknown>()
    const read = await Promise.all(kinds.map(async kind => {
      try {
        const index = await reader.read(kind, uidOf(company, kind), company.indexes[kind]!, token, signal)
        if (typeof index !== 'string') return index
        missing.set(kind, index)
      } catch (error) {
        missing.set(kind, failureKind(error))
        if (isTrouble(error)) failures.set(kind, error)
      }
      return null
    }))
    const [failure] = failures.values()
    if (failure !== undefined && read.every(index => index === null)) throw failure
    // What the server's trouble has kept back is what it was before.
    const kept = knownOf(company)?.indexes.filter(({ kind }) => failures.has(kind)) ?? []
    for (const { kind } of kept) missing.delete(kind)
    const indexes = [...read.filter(index => index !== null), ...kept].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
    return {
      indexes,
      missing,
      profileVersion: company.version,
      readAt: kept.length < failures.size ? -Infinity : Math.min(began, ...kept.map(({ readAt }) => readAt)),
      whole: failures.size === 0,
    }
  }

  /** One read at a time per company and profile; a drop in the meantime makes its result one for its waiters only. */
  function refresh (company: CompanyProfile): Promise<Known> {
    const running = reading.get(company.id)
    if (running?.profileVersion === company.version) return running.found
    const started = {
      profileVersion: company.version,
      found: read(company).then(found => {
        if (reading.get(company.id) === started) known.set(company.id, found)
        return found
      }).finally(() => { if (reading.get(company.id) === started) reading.delete(company.id) }),
    }
    reading.set(company.id, started)
    return started.found
  }

  /** What is known serves on meanwhile; a failure is met by the searches themselves. */
  function refreshBehind (company: CompanyProfile): void {
    refresh(company).catch(() => {})
  }

  /** A key or a version that ends by itself, where nothing else tells of changes. */
  const forAWhile = (text: string): string => `${text}\n${Math.floor(now() / blindMs)}`

  function keyed (index: ReadIndex): IndexInfo {
    return index.version !== null && now() - index.readAt < staleMs ? index : { ...index, key: forAWhile(index.key) }
  }

  function viewOf ({ indexes, missing }: Known): CompanyIndexes {
    return { indexes: indexes.map(keyed), missing }
  }

  function versionOf ({ indexes, missing }: Known): string {
    const text = [...indexes.map(({ uid, version, documents }) => `${uid} ${version ?? documents}`), ...missing.keys()].join('\n')
    return indexes.some(({ version }) => version === null) ? forAWhile(text) : text
  }

  async function freshVersion (profile: CompanyProfile, old: Known | undefined): Promise<string> {
    try {
      const found = await refresh(profile)
      if (found.whole || now() - found.readAt < staleMs) return versionOf(found)
    } catch (error) {
      // A server that is not there has no changes to tell of: what was made before is better than nothing.
      if (old && failureKind(error) === 'unreachable') return versionOf(old)
    }
    return unknown()
  }

  return {
    get (profile, signal) {
      const found = knownOf(profile)
      if (!found) return unlessAborted(refresh(profile).then(viewOf), signal)
      if (now() - found.readAt >= refreshMs) refreshBehind(profile)
      return viewOf(found)
    },
    version (profile) {
      const found = knownOf(profile)
      const age = found ? now() - found.readAt : Infinity
      if (!found || age >= staleMs) return inTime(freshVersion(profile, found))
      if (age >= refreshMs) refreshBehind(profile)
      return versionOf(found)
    },
    drop (company) {
      known.delete(company)
      reading.delete(company)
    },
    stats () {
      const left: Record<string, string[]> = {}
      const missing: Record<string, string> = {}
      for (const [id, company] of known) {
        for (const { uid, ignored } of company.indexes) if (ignored.length > 0) left[uid] = ignored
        for (const [kind, reason] of company.missing) missing[`${id}/${kind}`] = reason
      }
      return { companies: known.size, rights: reader.rights, missing_indexes: missing, embedders_left_alone: left }
    },
  }
}

async function inTime (version: Promise<string>): Promise<string> {
  return await settlesWithin(waitMs, version) ? version : unknown()
}

/** A version that nothing else has. */
function unknown (): string {
  return `unknown ${randomUUID()}`
}

/** No index that was never made, or that the key may not see, but the server's trouble. */
function isTrouble (error: unknown): boolean {
  return !(error instanceof MeilisearchError) || error.status === 0 || error.status >= 500 || error.status === 429
}
