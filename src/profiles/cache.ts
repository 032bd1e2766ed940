// Caches company profiles: reads each once an hour, for one request at a time, and keeps it while the store fails.
import { LRUCache } from 'lru-cache'
import { asCoded } from '../errors.ts'
import type { CompanyProfile } from '../types.ts'
import type { ProfileStore } from './store.ts'

export interface ProfileCache {
  /**
   * Returns the profile; null for an unknown company. Returns an old one at once while it is read again in the
   * background, and for `staleMs` more while the store fails. Throws PROMPTS_UNAVAILABLE or a STORE_* error.
   */
  get (company: string): Promise<CompanyProfile | null>
  /** Returns what `get` would return without reading anything; null: ask `get`. Does not count: `countHit` does. */
  known (company: string): CompanyProfile | null
  countHit (): void
  /** Returns the profile if it is in memory, whatever its age. */
  peek (company: string): CompanyProfile | null | undefined
  /** Forgets one company: its profile has changed. */
  drop (company: string): void
  /** Makes a company unknown, or known again: it is being deleted. */
  hide (company: string, isHidden: boolean): void
  /** Reads the profiles again that have changed in the store. Never rejects. */
  check (): Promise<void>
  stats (): { size: number, hits: number, misses: number, refreshes: number, failures: number, ages_seconds: Record<string, number> }
}

interface CachedProfile {
  profile: CompanyProfile | null
  readAt: number
  /** When the store may be asked again after a failure. */
  retryAt?: number
}

/** An unknown id is looked up again soon, but not with every request. */
const unknownTtlMs = 5_000
/** Pause between tries while the store fails and an old profile is used. */
const retryMs = 10_000
const maxCompanies = 10_000

export function createProfileCache ({ store, ttlMs, staleMs, timeoutMs = 5000, now = () => performance.now(), onError = () => {} }: {
  store: ProfileStore
  ttlMs: number
  staleMs: number
  timeoutMs?: number
  /** The clock for all ages; it never goes back. */
  now?: () => number
  onError?: (company: string | null, error: unknown) => void
}): ProfileCache {
  const kept = new LRUCache<string, CachedProfile>({ max: maxCompanies })
  const reading = new Map<string, Promise<CompanyProfile | null>>()
  const hidden = new Set<string>()
  const counts = { hits: 0, misses: 0, refreshes: 0, failures: 0 }

  /** Reads a company once at a time. After a `drop` in the meantime only those who already wait get the result. */
  function read (company: string): Promise<CompanyProfile | null> {
    const running = reading.get(company)
    if (running) return running
    const isCurrent = () => reading.get(company) === started
    const started: Promise<CompanyProfile | null> = (async () => store.get(company, AbortSignal.timeout(timeoutMs)))().then(profile => {
      if (isCurrent()) kept.set(company, { profile, readAt: now() })
      return profile
    }, error => {
      counts.failures++
      // The old profile, if there is one, stays in use, and the store gets a pause.
      const old = kept.peek(company)
      if (old && isCurrent()) old.retryAt = now() + retryMs
      onError(company, error)
      throw asCoded(error, 'PROMPTS_UNAVAILABLE')
    }).finally(() => { if (isCurrent()) reading.delete(company) })
    reading.set(company, started)
    return started
  }

  function drop (company: string): void {
    kept.delete(company)
    reading.delete(company)
  }

  function known (company: string): CompanyProfile | null {
    const found = kept.get(company)
    if (!found?.profile || now() - found.readAt >= ttlMs || (hidden.size > 0 && hidden.has(company))) return null
    return found.profile
  }

  return {
    known,
    countHit () { counts.hits++ },
    async get (company) {
      const fresh = known(company)
      if (fresh) {
        counts.hits++
        return fresh
      }
      if (hidden.size > 0 && hidden.has(company)) return null
      const found = kept.get(company)
      const age = found ? now() - found.readAt : Infinity
      if (found && !found.profile && age < Math.min(ttlMs, unknownTtlMs)) {
        counts.hits++
        return null
      }
      if (found?.profile && age < ttlMs + staleMs) {
        if (found.retryAt !== undefined && now() < found.retryAt) counts.hits++
        else {
          counts.refreshes++
          read(company).catch(() => {}) // reported by onError
        }
        return found.profile
      }
      counts.misses++
      return read(company)
    },
    peek: company => kept.peek(company)?.profile,
    drop,
    hide (company, isHidden) {
      if (isHidden) hidden.add(company)
      else hidden.delete(company)
      drop(company)
    },
    async check () {
      if (!store.changed || kept.size === 0) return
      try {
        // Read at once: if the new profile is invalid, or the store fails now, the old one stays in use.
        for (const company of await store.changed([...kept.keys()], AbortSignal.timeout(timeoutMs))) {
          reading.delete(company)
          await read(company).catch(() => {}) // reported by onError
        }
      } catch (error) {
        counts.failures++
        onError(null, error)
      }
    },
    stats: () => ({
      size: kept.size,
      ...counts,
      ages_seconds: Object.fromEntries([...kept].filter(([, { profile }]) => profile).slice(0, 100)
        .map(([company, { readAt }]) => [company, Math.round((now() - readAt) / 1000)])),
    }),
  }
}
