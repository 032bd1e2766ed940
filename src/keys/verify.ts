// Verifies the key or the token of a request; looks each key up once every few seconds.
import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { settlesWithin } from '../async/signals.ts'
import { asCoded, coded } from '../errors.ts'
import { isLive } from './check.ts'
import { isSecretOf, parseKey, parseSiteKey } from './key.ts'
import type { Principal } from './principal.ts'
import type { ApiKey, KeyStore } from './store.ts'
import { keyIdOf, readToken, type TokenClaims } from './tokens.ts'

export interface KeyVerifier {
  /**
   * Returns the principal of the key or token in an `Authorization` header, at once when it is an API key that is known.
   * Throws KEY_MISSING, KEY_INVALID, TOKEN_EXPIRED, TOKEN_INVALID, ORIGIN_REFUSED, or KEYS_UNAVAILABLE when the store fails
   * and the key is not known.
   * @param origin that of the page which makes the request; a visitor's token works on its own site alone
   */
  verify (authorization: string | undefined, origin?: string): Principal | Promise<Principal>
  /** Returns the principal of an API key that is known and valid, as `verify` does; null otherwise, and nothing is counted. */
  known (authorization: string | undefined): Principal | null
  /** Returns a site's key. Throws KEY_INVALID, KEYS_UNAVAILABLE, or ORIGIN_REFUSED when the page is not one of its site. */
  site (text: string, origin: string | undefined): Promise<ApiKey>
  /** Tells whether pages of an origin may send requests: whether it is that of any site. Throws KEYS_UNAVAILABLE. */
  isSite (origin: string): Promise<boolean>
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
/** How long a service without keys stays open after its first key was created. */
const maxOpenMs = 1000
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
  /** What is being read, by name. Emptied by a drop: what was read before that is not kept. */
  const reading = new Map<string, Promise<unknown>>()
  const counts = { lookups: 0, refused: 0, failures: 0 }
  let everExisted = false
  /** What tokens say that have been checked, by their hashes. */
  const claimsByToken = new LRUCache<string, TokenClaims>({ max: maxKnown })

  const isFresh = ({ at, failedAt }: Known<unknown>, freshMs = cacheMs, outageMs = maxOutageMs) =>
    now() - at < freshMs || (now() - failedAt < retryMs && now() - at < outageMs)

  /**
   * Reads from the store, once for all who wait for `name`. While the store fails, what is known is used, if it is not too old.
   * @param read is told whether its result may be kept: not if everything was dropped in the meantime
   */
  function readOnce<T> (
    name: string, old: () => Known<T> | Known<NonNullable<T>> | null | undefined, outageMs: number,
    read: (signal: AbortSignal, isCurrent: () => boolean) => Promise<T>
  ): Promise<T> {
    const running = reading.get(name) as Promise<T> | undefined
    if (running) return running
    const isCurrent = () => reading.get(name) === started
    const started: Promise<T> = read(AbortSignal.timeout(timeoutMs), isCurrent)
      .catch(error => {
        counts.failures++
        const last = old()
        if (!last || now() - last.at >= outageMs) throw asCoded(error, 'KEYS_UNAVAILABLE')
        last.failedAt = now()
        return last.value
      })
      .finally(() => { if (isCurrent()) reading.delete(name) })
    reading.set(name, started)
    return started
  }

  const lookUp = (id: string) => readOnce<ApiKey | null>(`key ${id}`, () => known.get(id), maxOutageMs, async (signal, isCurrent) => {
    counts.lookups++
    const at = now()
    const key = await store.find(id, signal)
    if (isCurrent()) keep(id, key, at)
    return key
  })

  /** Returns what is known when the lookup takes long, as when it fails: a store that hangs must not hold every request. */
  async function unlessSlow<T> (
    lookup: Promise<T>, old: Known<T> | Known<NonNullable<T>> | null | undefined, outageMs = maxOutageMs
  ): Promise<T> {
    if (!old || now() - old.at >= outageMs) return lookup
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

  /** Returns a key, at once when it is known. */
  function findKey (id: string): ApiKey | null | Promise<ApiKey | null> {
    const found = known.get(id) ?? unknownIds.get(id)
    return found && isFresh(found) ? found.value : unlessSlow(lookUp(id), known.get(id))
  }

  function refuse (code: 'KEY_INVALID' | 'TOKEN_INVALID' | 'ORIGIN_REFUSED', detail?: string): never {
    counts.refused++
    throw coded(code, detail)
  }

  function principalIf (key: ApiKey | null, secret: string): Principal | null {
    if (!isSecretOf(key, secret) || key!.kind !== 'api' || !isLive(key!, date())) return null
    return { company: key!.company, user: null, groups: [], scopes: key!.scopes, keyId: key!.id }
  }

  function principalOf (key: ApiKey | null, secret: string): Principal {
    return principalIf(key, secret) ?? refuse('KEY_INVALID')
  }

  async function principalOfToken (token: string, keyId: string, origin: string | undefined): Promise<Principal> {
    const key = await findKey(keyId)
    if (!key || key.kind === 'api' || !isLive(key, date())) {
      refuse('TOKEN_INVALID', 'The key that signed it is unknown, revoked or expired.')
    }
    const name = hash('sha256', token)
    let claims = claimsByToken.get(name)
    if (!claims || claims.expiresAt <= date()) {
      try {
        claims = await readToken(key, token, { now: date() })
      } catch (error) {
        counts.refused++
        throw error
      }
      claimsByToken.set(name, claims)
    }
    const { user, groups, origin: ownOrigin } = claims
    const isElsewhere = origin !== undefined && (origin !== ownOrigin || !key.origins.includes(origin))
    if (key.kind === 'site' && isElsewhere) refuse('ORIGIN_REFUSED', 'The token was given to a page of another one.')
    return { company: key.company, user, groups, scopes: key.scopes, keyId: key.id, ...(key.kind === 'site' ? { isVisitor: true } : {}) }
  }

  /** Makes a value that is kept for a while, and longer while the store fails. */
  function createKept<T> (name: string, read: (signal: AbortSignal) => Promise<T>, freshMs: number, outageMs: number) {
    let kept: Known<T> | null = null

    const refresh = () => readOnce<T>(name, () => kept, outageMs, async (signal, isCurrent) => {
      const at = now()
      const value = await read(signal)
      if (isCurrent()) kept = { value, at, failedAt: -Infinity }
      return value
    })

    return {
      /** Returns the value, at once when it is fresh. */
      get: (): T | Promise<T> => kept && isFresh(kept, freshMs, outageMs) ? kept.value : unlessSlow(refresh(), kept, outageMs),
      drop () {
        kept = null
      },
    }
  }

  // If none existed, that is trusted until the store says otherwise: no key can be revoked in the meantime.
  const anyKey = createKept('any', async signal => {
    const any = await store.any(signal)
    everExisted ||= any
    return any
  }, Math.min(cacheMs, maxOpenMs), Infinity)
  const siteOrigins = createKept<ReadonlySet<string>>('sites', async signal => {
    const keys = await store.list(undefined, signal)
    return new Set(keys.filter(key => key.kind === 'site' && isLive(key, date())).flatMap(({ origins }) => origins))
  }, cacheMs, maxOutageMs)

  return {
    known (authorization) {
      const parsed = parseKey(bearerOf(authorization) ?? '')
      const found = parsed && known.get(parsed.id)
      return found && isFresh(found) ? principalIf(found.value, parsed.secret) : null
    },
    verify (authorization, origin) {
      const text = bearerOf(authorization)
      if (text === undefined) throw coded('KEY_MISSING')
      const parsed = parseKey(text)
      if (!parsed) {
        if (parseSiteKey(text) !== null) refuse('KEY_INVALID', 'A site key gets tokens from POST /v1/visitors, and nothing else.')
        const keyId = keyIdOf(text)
        return keyId === null ? refuse('KEY_INVALID') : principalOfToken(text, keyId, origin)
      }
      const key = findKey(parsed.id)
      return key instanceof Promise ? key.then(found => principalOf(found, parsed.secret)) : principalOf(key, parsed.secret)
    },
    async site (text, origin) {
      const id = parseSiteKey(text)
      const key = id === null ? null : await findKey(id)
      if (key?.kind !== 'site' || !isLive(key, date())) refuse('KEY_INVALID')
      if (origin === undefined || !key.origins.includes(origin)) {
        refuse('ORIGIN_REFUSED', 'This site key is for other pages: see its origins in `causerie keys list`.')
      }
      return key
    },
    async isSite (origin) {
      return (await siteOrigins.get()).has(origin)
    },
    any: () => everExisted || anyKey.get(),
    drop () {
      known.clear()
      unknownIds.clear()
      reading.clear()
      anyKey.drop()
      siteOrigins.drop()
    },
    stats: () => ({ known: known.size, ...counts }),
  }
}

function bearerOf (authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
}
