// The port to where API keys are kept, never in clear.

/** chat: ask; write: change documents; admin: everything, also keys. A key with a wider scope has the narrower ones. */
export const scopes = ['chat', 'write', 'admin'] as const
export type Scope = typeof scopes[number]

/** What is kept of a key: enough to know it again, not enough to use it. */
export interface ApiKey {
  /** Public part, in the key itself and in lists: 12 characters of A-Z, a-z, 0-9. */
  id: string
  /** SHA-256 of the key's secret part, 64 hexadecimal digits. The secret is 192 random bits: it needs no slow hash. */
  hash: string
  /** The one company that it may ask; null = any. */
  company: string | null
  scopes: Scope[]
  /** What its owner calls it; may be empty. */
  name: string
  /** ISO 8601, UTC. */
  createdAt: string
  expiresAt: string | null
  revokedAt: string | null
}

export interface KeyStore {
  /** null when there is no such key. Throws KEYS_UNAVAILABLE, as all of these do. */
  find (id: string, signal?: AbortSignal): Promise<ApiKey | null>
  /** Every key, or those of one company, the oldest first; revoked ones too. */
  list (company?: string, signal?: AbortSignal): Promise<ApiKey[]>
  /** Throws when the id is taken. */
  create (key: ApiKey, signal?: AbortSignal): Promise<void>
  /** Sets `revokedAt`, once. @returns false when there is no such key */
  revoke (id: string, at: string, signal?: AbortSignal): Promise<boolean>
  /** Whether there is any key that is not revoked: without one, no credential is asked for. */
  any (signal?: AbortSignal): Promise<boolean>
  close (): Promise<void>
}
