// The port to the store of API keys, which never contains a key in clear text.

/** chat: ask; write: change documents; admin: everything, including keys. A wider scope includes the narrower ones. */
export const scopes = ['chat', 'write', 'admin'] as const
export type Scope = typeof scopes[number]

/** A stored key: enough to recognise it, not enough to use it. */
export interface ApiKey {
  /** Public part, in the key itself and in lists: 12 characters of A-Z, a-z, 0-9. */
  id: string
  /** SHA-256 of the key's secret part, 64 hexadecimal digits. The secret is 192 random bits: it needs no slow hash. */
  hash: string
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

export interface KeyStore {
  /** Returns null for an unknown key. Throws KEYS_UNAVAILABLE, like every method here. */
  find (id: string, signal?: AbortSignal): Promise<ApiKey | null>
  /** Returns every key, or those of one company, oldest first, including revoked ones. */
  list (company?: string, signal?: AbortSignal): Promise<ApiKey[]>
  /** Throws when the id is taken. */
  create (key: ApiKey, signal?: AbortSignal): Promise<void>
  /** Sets `revokedAt`, once. @returns false when there is no such key */
  revoke (id: string, at: string, signal?: AbortSignal): Promise<boolean>
  /** Tells whether there has ever been a key, even if it is revoked now: without one, no credential is required. */
  any (signal?: AbortSignal): Promise<boolean>
  close (): Promise<void>
}
