// Company profiles in memory: read once an hour, by one request, and kept when the store fails.
import { LRUCache } from 'lru-cache'
import { asCoded } from '../errors.ts'
import type { CompanyProfile } from '../types.ts'
import type { PromptStore } from './store.ts'

export interface Prompts {
  /**
   * The profile; null when there is no such company. An old one is given at once while it is read anew in the
   * background, and for `staleMs` more while the store fails. Throws PROMPTS_UNAVAILABLE or a STORE_* error.
   */
  get (company: string): Promise<CompanyProfile | null>
  /** The profile when it is in memory, whatever its age. */
  peek (company: string): CompanyProfile | null | undefined
  /** Forgets one company: its profile has changed. */
  drop (company: string): void
  /** Reads the companies anew whose profile was changed where it is kept. Never rejects. */
  check (): Promise<void>
  stats (): { size: number, hits: number, misses: number, refreshes: number, failures: number, ages_seconds: Record<string, number> }
}

interface Kept {
  profile: CompanyProfile | null
  readAt: number
  /** When the store may be asked again, after it has failed. */
  retryAt?: number
}

/** An id that does not exist is asked for again soon, but not with every request. */
const unknownTtlMs = 5_000
/** Pause between tries while the store fails and an old profile serves. */
const retryMs = 10_000
const maxCompanies = 10_000

export function createPrompts ({ store, ttlMs, staleMs, timeoutMs = 5000, now = Date.now, onError = () => {} }: {
  store: PromptStore
  ttlMs: number
  staleMs: number
  timeoutMs?: number
  now?: () => number
  onError?: (company: string | null, error: unknown) => void
}): Prompts {
  const kept = new LRUCache<string, Kept>({ max: maxCompanies })
  const reading = new Map<string, Promise<CompanyProfile | null>>()
  const counts = { hits: 0, misses: 0, refreshes: 0, failures: 0 }

  /** One read at a time per company; a drop in the meantime makes its result one for its waiters only. */
  function read (company: string): Promise<CompanyProfile | null> {
    const running = reading.get(company)
    if (running) return running
    const isCurrent = () => reading.get(company) === started
    const started: Promise<CompanyProfile | null> = (async () => store.get(company, AbortSignal.timeout(timeoutMs)))().then(profile => {
      if (isCurrent()) kept.set(company, { profile, readAt: now() })
      return profile
    }, error => {
      counts.failures++
      // The old profile, if there is one, serves on, and the store is left in peace for a moment.
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

  return {
    async get (company) {
      const found = kept.get(company)
      const age = found ? now() - found.readAt : Infinity
      if (found && age < (found.profile ? ttlMs : Math.min(ttlMs, unknownTtlMs))) {
        counts.hits++
        return found.profile
      }
      if (found?.profile && age < ttlMs + staleMs) {
        if (found.retryAt !== undefined && now() < found.retryAt) counts.hits++
        else {
          counts.refreshes++
          read(company).catch(() => {}) // told to onError
        }
        return found.profile
      }
      counts.misses++
      return read(company)
    },
    peek: company => kept.peek(company)?.profile,
    drop,
    async check () {
      if (!store.changed || kept.size === 0) return
      try {
        // Read at once: should the new one be wrong, or the store go away just now, the old one serves on.
        for (const company of await store.changed([...kept.keys()], AbortSignal.timeout(timeoutMs))) {
          reading.delete(company)
          await read(company).catch(() => {}) // told to onError
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
