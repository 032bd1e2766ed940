// Signs tenant tokens: each company searches with a short-lived token that opens only its own indexes.
import { LRUCache } from 'lru-cache'
import { generateTenantToken } from 'meilisearch/token'

export interface TenantTokens {
  /** Returns a token for exactly these indexes; '' when the server has no keys. */
  for (uids: readonly string[]): Promise<string>
}

/** Long enough for clocks that differ by minutes, short enough to be of little use to a thief. */
const lifeMs = 15 * 60_000
const maxTokens = 10_000

/**
 * @param apiKey the key that signs the tokens; it needs the action `search`. Empty for a server without keys
 * @param apiKeyUid the key's uid, which the token names
 */
export function createTenantTokens ({
  apiKey,
  apiKeyUid,
  now = () => performance.now(),
}: {
  apiKey: string
  apiKeyUid: string
  now?: () => number
}): TenantTokens {
  const made = new LRUCache<string, { token: Promise<string>, until: number }>({ max: maxTokens })
  return {
    async for (uids) {
      if (apiKey === '') return ''
      const key = uids.join(' ')
      const known = made.get(key)
      if (known && now() < known.until) return known.token
      const token = generateTenantToken({
        apiKey,
        apiKeyUid,
        searchRules: Object.fromEntries(uids.map(uid => [uid, {}])),
        expiresAt: new Date(Date.now() + lifeMs),
      })
      // Replace it well before it expires: it must not expire during a search.
      made.set(key, { token, until: now() + (lifeMs * 2) / 3 })
      return token
    },
  }
}
