// Caches information about each company's indexes: read on demand, refreshed while in use.
import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { settlesWithin, unlessAborted } from '../../../async/signals.ts'
import type { CompanyProfile, Language } from '../../../types.ts'
import { uidOf, type IndexOwners } from '../index-owners.ts'
import { MeilisearchError, failureKind, isServerFault } from '../errors.ts'
import type { IndexInfo, IndexReader, ReadIndex } from './indexes.ts'
import type { TenantTokens } from './tenant-tokens.ts'

export interface CompanyIndexes {
  indexes: IndexInfo[]
  /** Index kind → why it cannot be searched. */
  missing: Map<string, string>
}

export interface Catalogue {
  /** Returns the cached information, at once if possible. Throws when there is none and the server does not answer. */
  get (profile: CompanyProfile, signal: AbortSignal): CompanyIndexes | Promise<CompanyIndexes>
  /**
   * Returns a version that changes with every document or setting of the indexes. Returns it at once when it was read
   * recently, otherwise waits up to a second. If it cannot be read, each call returns a unique version, unless the
   * server cannot be reached at all.
   */
  version (profile: CompanyProfile): string | Promise<string>
  /** Forgets what was read of a company, because its documents have changed. */
  drop (company: string): void
  /** Forgets a company that was deleted: another one may get its name. */
  forget (company: string): void
  stats (): Record<string, unknown>
}

interface Known {
  indexes: ReadIndex[]
  missing: Map<string, string>
  profileVersion: string
  /** When the oldest part was read; -Infinity when an index could never be read. */
  readAt: number
  /** True when everything was just read; false when a part was kept from before. */
  whole: boolean
}

const maxCompanies = 10_000
/** How long a question waits for a version. */
const waitMs = 1000

export interface CatalogueOptions {
  reader: IndexReader
  /** Returns the embedding model for documents in a language, or the named one. */
  modelFor: (language: Language, named?: string) => string
  tokens: TenantTokens
  owners: IndexOwners
  /** Uploads create the indexes: one that no upload has created yet is empty, and not missing. */
  isWriting: boolean
  /** Called with a company when others have reset the settings of one of its indexes. */
  onReset?: (company: string) => void
  /** Age at which the information is read again in the background. */
  refreshMs: number
  /** Age from which it can no longer be trusted. */
  staleMs: number
  timeoutMs: number
  /** How long cached documents are used when no version shows that they have changed. */
  blindMs: number
  /** The clock for all ages; it never goes back. */
  now?: () => number
  /** Milliseconds since 1970: instances that share answers must agree on it. */
  date?: () => number
}

export function createCatalogue ({
  reader,
  modelFor,
  tokens,
  owners,
  isWriting,
  onReset = () => {},
  refreshMs,
  staleMs,
  timeoutMs,
  blindMs,
  now = () => performance.now(),
  date = Date.now,
}: CatalogueOptions): Catalogue {
  const known = new LRUCache<string, Known>({ max: maxCompanies })
  const reading = new Map<string, { profileVersion: string, found: Promise<Known> }>()
  /** Company → the indexes that were ever there: one of them that is gone was deleted by others. */
  const seen = new LRUCache<string, Set<string>>({ max: maxCompanies })

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
    const read = await Promise.all(
      kinds.map(async kind => {
        try {
          const given = company.indexes[kind]!
          const wanted = modelFor(company.language, given.model)
          const index = await reader.read(kind, uidOf(company, kind), given, wanted, token, signal, () => onReset(company.id))
          if (typeof index !== 'string') return index
          missing.set(kind, index)
        } catch (error) {
          if (isToBeCreated(company, kind, error)) return null
          missing.set(kind, failureKind(error))
          // As opposed to an index that does not exist or that the key may not see.
          if (isServerFault(error) || failureKind(error) === 'server error') failures.set(kind, error)
        }
        return null
      })
    )
    const [failure] = failures.values()
    if (failure !== undefined && read.every(index => index === null)) throw failure
    // Keep the old information about indexes that could not be read because of server trouble.
    const kept = knownOf(company)?.indexes.filter(({ kind }) => failures.has(kind)) ?? []
    for (const { kind } of kept) missing.delete(kind)
    const there = read.filter(index => index !== null)
    seen.set(company.id, new Set([...seen.get(company.id) ?? [], ...there.map(({ kind }) => kind)]))
    const indexes = [...there, ...kept].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
    return {
      indexes,
      missing,
      profileVersion: company.version,
      readAt: kept.length < failures.size ? -Infinity : Math.min(began, ...kept.map(({ readAt }) => readAt)),
      whole: failures.size === 0,
    }
  }

  /** Tells whether the service will create an index with its first upload. An index that the profile names is somebody's already. */
  function isToBeCreated ({ id, indexes }: CompanyProfile, kind: string, error: unknown): boolean {
    const isMissing = error instanceof MeilisearchError && error.code === 'index_not_found'
    return isMissing && isWriting && indexes[kind]!.uid === undefined && !seen.get(id)?.has(kind)
  }

  /**
   * Runs one read at a time per company and profile version. After a `drop` in the meantime, only those already
   * waiting get the result.
   */
  function refresh (company: CompanyProfile): Promise<Known> {
    const running = reading.get(company.id)
    if (running?.profileVersion === company.version) return running.found
    const started = {
      profileVersion: company.version,
      found: read(company)
        .then(found => {
          if (reading.get(company.id) === started) known.set(company.id, found)
          return found
        })
        .finally(() => {
          if (reading.get(company.id) === started) reading.delete(company.id)
        }),
    }
    reading.set(company.id, started)
    return started.found
  }

  function drop (company: string): void {
    known.delete(company)
    reading.delete(company)
  }

  /** Refreshes in the background. Meanwhile the old information is used; the searches themselves report failures. */
  function refreshBehind (company: CompanyProfile): void {
    refresh(company).catch(() => {})
  }

  /** Returns a key or version that expires by itself, for indexes whose changes cannot be seen. */
  const expiring = (text: string): string => `${text}\n${Math.floor(date() / blindMs)}`

  function keyed (index: ReadIndex): IndexInfo {
    return index.version !== null && now() - index.readAt < staleMs ? index : { ...index, key: expiring(index.key) }
  }

  function viewOf ({ indexes, missing }: Known): CompanyIndexes {
    return { indexes: indexes.map(keyed), missing }
  }

  function versionOf ({ indexes, missing }: Known): string {
    const text = [...indexes.map(({ uid, version, documents }) => `${uid} ${version ?? documents}`), ...missing.keys()].join('\n')
    return indexes.some(({ version }) => version === null) ? expiring(text) : text
  }

  async function freshVersion (profile: CompanyProfile, old: Known | undefined): Promise<string> {
    try {
      const found = await refresh(profile)
      if (found.whole || now() - found.readAt < staleMs) return versionOf(found)
    } catch (error) {
      // A server that cannot be reached has not changed as far as anyone knows: the old version is better than none.
      if (old && failureKind(error) === 'unreachable') return versionOf(old)
    }
    return uniqueVersion()
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
    drop,
    forget (company) {
      drop(company)
      seen.delete(company)
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
  return await settlesWithin(waitMs, version) ? version : uniqueVersion()
}

/** Returns a unique version. */
function uniqueVersion (): string {
  return `unknown ${randomUUID()}`
}
