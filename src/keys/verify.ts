// Who is asking: the key of a request, looked up once in a few seconds.
import { LRUCache } from 'lru-cache'
import { asCoded, coded } from '../errors.ts'
import { isSecretOf, parseKey } from './key.ts'
import type { ApiKey, KeyStore, Scope } from './store.ts'

/** What a request may do. */
export interface Tenant {
  /** The one company that it may ask; null = any. */
  company: string | null
  scopes: readonly Scope[]
  /** Null where no key is asked for. */
  keyId: string | null
}

export interface KeyVerifier {
  /**
   * Whose key an `Authorization` header holds; at once when it is known.
   * Throws KEY_MISSING, KEY_INVALID, or KEYS_UNAVAILABLE when the store fails and the key is not known.
   */
  verify (authorization: string | undefined): Tenant | Promise<Tenant>
  /** Whether there is any key at all. */
  any (): boolean | Promise<boolean>
  /** Forgets every key: one has changed. */
  drop (): void
  stats (): { known: number, lookups: number, refused: number, failures: number }
}

interface Known<T> {
  value: T
  /** When the store was asked, not when it answered: a key may have been revoked in between. */
  at: number
  /** When it was last asked in vain. */
  failedAt: number
}

/** A key goes on working so long while the store fails, and no longer: it may have been revoked. */
const longestMs = 30_000
/** What is known serves so long after the store has failed, before it is asked again. */
const retryMs = 1000
/** Keys that are remembered, and as many ids of nobody: a wrong key must not reach the store each time. */
const maxKnown = 10_000
const timeoutMs = 5000

/** @param cacheMs how long a key is believed before it is looked up again */
export function createKeyVerifier ({ store, cacheMs, now = Date.now }: { store: KeyStore, cacheMs: number, now?: () => number }): KeyVerifier {
  const known = new LRUCache<string, Known<ApiKey>>({ max: maxKnown })
  // Apart from the keys, which a flood of invented ids would push out.
  const nobody = new LRUCache<string, Known<null>>({ max: maxKnown })
  const looking = new Map<string, Promise<ApiKey | null>>()
  const counts = { lookups: 0, refused: 0, failures: 0 }
  let exists: Known<boolean> | null = null
  let asking: Promise<boolean> | undefined
  /** Counts the drops: what was read before one is not kept. */
  let generation = 0

  const isFresh = ({ at, failedAt }: Known<unknown>) => now() - at < cacheMs || (now() - failedAt < retryMs && now() - at < longestMs)

  function lookUp (id: string): Promise<ApiKey | null> {
    const running = looking.get(id)
    if (running) return running
    counts.lookups++
    const begun = generation
    const at = now()
    const started = store.find(id, AbortSignal.timeout(timeoutMs)).then(key => {
      if (begun === generation) keep(id, key, at)
      return key
    }, error => {
      counts.failures++
      const old = known.get(id)
      if (!old || now() - old.at >= longestMs) throw asCoded(error, 'KEYS_UNAVAILABLE')
      old.failedAt = now()
      return old.value
    }).finally(() => { if (looking.get(id) === started) looking.delete(id) })
    looking.set(id, started)
    return started
  }

  function keep (id: string, key: ApiKey | null, at: number): void {
    if (key) {
      nobody.delete(id)
      known.set(id, { value: key, at, failedAt: -Infinity })
    } else {
      known.delete(id)
      nobody.set(id, { value: null, at, failedAt: -Infinity })
    }
  }

  function tenantOf (key: ApiKey | null, secret: string): Tenant {
    const good = isSecretOf(key, secret) && key!.revokedAt === null && (key!.expiresAt === null || Date.parse(key!.expiresAt) > now())
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
      const found = known.get(parsed.id) ?? nobody.get(parsed.id)
      if (found && isFresh(found)) return tenantOf(found.value, parsed.secret)
      return lookUp(parsed.id).then(key => tenantOf(key, parsed.secret))
    },
    any () {
      if (exists && isFresh(exists)) return exists.value
      if (asking) return asking
      const begun = generation
      const at = now()
      const started: Promise<boolean> = store.any(AbortSignal.timeout(timeoutMs)).then(any => {
        if (begun === generation) exists = { value: any, at, failedAt: -Infinity }
        return any
      }, error => {
        counts.failures++
        // Where there were keys, they go on being asked for; where there were none, that is believed for a while.
        if (!exists || (!exists.value && now() - exists.at >= longestMs)) throw asCoded(error, 'KEYS_UNAVAILABLE')
        exists.failedAt = now()
        return exists.value
      }).finally(() => { if (asking === started) asking = undefined })
      asking = started
      return started
    },
    drop () {
      generation++
      known.clear()
      nobody.clear()
      looking.clear()
      asking = undefined
      exists = null
    },
    stats: () => ({ known: known.size, ...counts }),
  }
}
