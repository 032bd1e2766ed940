// Who makes a request: the one value that everything which depends on it is given.
import type { Scope } from './store.ts'

export interface Principal {
  /** The only company that it may ask; null = any. */
  company: string | null
  /** The user of a token; null for a key, whose owner names the user in each request. */
  user: string | null
  /** The groups of a token's user. */
  groups: readonly string[]
  scopes: readonly Scope[]
  /** The key, or the key that signed the token. Null where no key is required. */
  keyId: string | null
  /** A visitor of a public page: what such a one may read is no secret. */
  isVisitor?: true
}
