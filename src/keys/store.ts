// The port to the store of API keys, which never contains a key in clear text.

/** chat: ask; write: change documents; admin: everything, including keys. A wider scope includes the narrower ones. */
export const scopes = ['chat', 'write', 'admin'] as const
export type Scope = typeof scopes[number]

/**
 * api: for servers and operators; opens routes by its scopes. signing: a company's server signs tokens of its end users with
 * it. site: public, in a web page; gives visitors tokens, from its origins alone.
 */
export const keyKinds = ['api', 'signing', 'site'] as const
export type KeyKind = typeof keyKinds[number]

/** A stored key. An API key can be recognised by it, but not used. */
export interface ApiKey {
  kind: KeyKind
  /** Public part, in the key itself and in lists: 12 characters of A-Z, a-z, 0-9. */
  id: string
  /** SHA-256 of the key's secret part, 64 hexadecimal digits. The secret is 192 random bits: it needs no slow hash. */
  hash: string
  /** What tokens are signed with: a signing key's whole text, or a site key's own secret, which is never shown. Null for an API key. */
  secret: string | null
  /** A site key's: the origins of its pages, such as `https://shop.example`. Empty for other kinds. */
  origins: readonly string[]
  /** The only company that it may ask; null = any. */
  company: string | null
  scopes: Scope[]
  /** The name that its owner gave it; may be empty. */
  name: string
  /** ISO 8601, UTC. */
  createdAt: string
  expiresAt: string | null
  revokedAt: string | null
}

export interface KeyChange { name?: string | undefined, origins?: readonly string[] | undefined }

export interface KeyStore {
  /** Returns null for an unknown key. Throws KEYS_UNAVAILABLE, like every method here. */
  find (id: string, signal?: AbortSignal): Promise<ApiKey | null>
  /** Returns every key, or those of one company, oldest first, including revoked ones. */
  list (company?: string, signal?: AbortSignal): Promise<ApiKey[]>
  /** Throws when the id is taken. */
  create (key: ApiKey, signal?: AbortSignal): Promise<void>
  /** Changes a key's name, and the origins of a site's; absent = stays. @returns false when there is no such key */
  change (id: string, changes: KeyChange, signal?: AbortSignal): Promise<boolean>
  /** Sets `revokedAt`, once. @returns false when there is no such key */
  revoke (id: string, at: string, signal?: AbortSignal): Promise<boolean>
  /** Deletes every key of a company, which is being deleted. Returns how many there were. */
  removeAll (company: string, signal?: AbortSignal): Promise<number>
  /** Tells whether there has ever been a key, even if it is revoked now: without one, no credential is required. */
  any (signal?: AbortSignal): Promise<boolean>
  close (): Promise<void>
}
