// Verifies the key of a request; looks each key up once every few seconds.
import { LRUCache } from 'lru-cache'
import { settlesWithin } from '../async/signals.ts'
import { asCoded, coded } from '../errors.ts'
import { isSecretOf, parseKey } from './key.ts'
import type { ApiKey, KeyStore, Scope } from './store.ts'

/** The company and the scopes of a request. */
export interface Tenant {
  /** The only company that it may ask; null = any. */
  company: string | null
  scopes: readonly Scope[]
  /** Null where no key is required. */
  keyId: string | null
}

export interface KeyVerifier {
  /**
   * Returns the tenant of the key in an `Authorization` header, at once when the key is known.
   * Throws KEY_MISSING, KEY_INVALID, or KEYS_UNAVAILABLE when the store fails and the key is not known.
   */
  verify (authorization: string | undefined): Tenant | Promise<Tenant>
  /** Tells whether there has ever been a key. Once that is known, it stays so while the service runs. */
  any (): boolean | Promise<boolean>
  /** Forgets every key, because one has changed. */
  drop (): void
  stats (): { known: number, lookups: number, refused: number, failures: number }
}

interface Known<T> {
  value: T
  /** When the store was asked, not when it answered: the key may have been revoked in between. */
  at: number
  /** When the store last failed. */
  failedAt: number
}

/** How long a key keeps working while the store fails. No longer: it may have been revoked. */
const maxOutageMs = 30_000
/** How long known keys are used after a failure before the store is asked again. */
const retryMs = 1000
/** A store that takes longer than this is not waited for while it may be replaced by what is known. */
const slowMs = 250
/** The most cached keys, and the most cached unknown ids: a wrong key must not reach the store each time. */
const maxKnown = 10_000
const timeoutMs = 5000

/** Creates a verifier. @param cacheMs how long a key is trusted before it is looked up again */
export function createKeyVerifier ({
  store,
  cacheMs,
  now = () => performance.now(),
  date = Date.now,
}: {
  store: KeyStore
  cacheMs: number
  /** The clock for all ages; it never goes back. */
  now?: () => number
  /** Milliseconds since 1970, for the keys' own dates. */
  date?: () => number
}): KeyVerifier {
  const known = new LRUCache<string, Known<ApiKey>>({ max: maxKnown })
  // A separate cache, so that a flood of invented ids cannot evict valid keys.
  const unknownIds = new LRUCache<string, Known<null>>({ max: maxKnown })
  const lookupsById = new Map<string, Promise<ApiKey | null>>()
  const counts = { lookups: 0, refused: 0, failures: 0 }
  let exists: Known<boolean> | null = null
  let everExisted = false
  let asking: Promise<boolean> | undefined
  /** Counts the drops: a lookup that started before a drop is not cached. */
  let generation = 0

  const isFresh = ({ at, failedAt }: Known<unknown>) => now() - at < cacheMs || (now() - failedAt < retryMs && now() - at < maxOutageMs)

  function lookUp (id: string): Promise<ApiKey | null> {
    const running = lookupsById.get(id)
    if (running) return running
    counts.lookups++
    const begun = generation
    const at = now()
    const started = store
      .find(id, AbortSignal.timeout(timeoutMs))
      .then(
        key => {
          if (begun === generation) keep(id, key, at)
          return key
        },
        error => {
          counts.failures++
          const old = known.get(id)
          if (!old || now() - old.at >= maxOutageMs) throw asCoded(error, 'KEYS_UNAVAILABLE')
          old.failedAt = now()
          return old.value
        }
      )
      .finally(() => {
        if (lookupsById.get(id) === started) lookupsById.delete(id)
      })
    lookupsById.set(id, started)
    return started
  }

  /** Returns what is known when the lookup takes long, as when it fails: a store that hangs must not hold every request. */
  async function unlessSlow<T> (lookup: Promise<T>, old: Known<T> | Known<NonNullable<T>> | null | undefined): Promise<T> {
    if (!old || now() - old.at >= maxOutageMs) return lookup
    return await settlesWithin(slowMs, lookup) ? lookup : old.value
  }

  function keep (id: string, key: ApiKey | null, at: number): void {
    if (key) {
      unknownIds.delete(id)
      known.set(id, { value: key, at, failedAt: -Infinity })
    } else {
      known.delete(id)
      unknownIds.set(id, { value: null, at, failedAt: -Infinity })
    }
  }

  function tenantOf (key: ApiKey | null, secret: string): Tenant {
    const good = isSecretOf(key, secret) && key!.revokedAt === null && (key!.expiresAt === null || Date.parse(key!.expiresAt) > date())
    if (!good) {
      counts.refused++
      throw coded('KEY_INVALID')
    }
    return { company: key!.company, scopes: key!.scopes, keyId: key!.id }
  }

  return {
    verify (authorization) {
      const [, text] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? []
      if (text === undefined) throw coded('KEY_MISSING')
      const parsed = parseKey(text)
      if (!parsed) {
        counts.refused++
        throw coded('KEY_INVALID')
      }
      const found = known.get(parsed.id) ?? unknownIds.get(parsed.id)
      if (found && isFresh(found)) return tenantOf(found.value, parsed.secret)
      return unlessSlow(lookUp(parsed.id), known.get(parsed.id)).then(key => tenantOf(key, parsed.secret))
    },
    any () {
      if (everExisted) return true
      if (exists && isFresh(exists)) return exists.value
      if (asking) return unlessSlow(asking, exists)
      const begun = generation
      const at = now()
      const started: Promise<boolean> = store
        .any(AbortSignal.timeout(timeoutMs))
        .then(
          any => {
            everExisted ||= any
            if (begun === generation) exists = { value: any, at, failedAt: -Infinity }
            return any
          },
          error => {
            counts.failures++
            // If none existed, that is trusted for a while.
            if (!exists || now() - exists.at >= maxOutageMs) throw asCoded(error, 'KEYS_UNAVAILABLE')
            exists.failedAt = now()
            return exists.value
          }
        )
        .finally(() => {
          if (asking === started) asking = undefined
        })
      asking = started
      return unlessSlow(started, exists)
    },
    drop () {
      generation++
      known.clear()
      unknownIds.clear()
      lookupsById.clear()
      asking = undefined
      exists = null
    },
    stats: () => ({ known: known.size, ...counts }),
  }
}
