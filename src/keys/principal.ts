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

/** Whom a request of a key names: the user that it vouches for, and the user's groups. */
export interface Named { user?: string | undefined, groups?: readonly string[] | undefined }

/**
 * Returns the names that a person goes by in the access lists of documents. A token says who its user is; a key vouches for
 * whom it names, and a key that names nobody sees what everyone may see.
 */
export function namesOf ({ user, groups }: Principal, named: Named): string[] {
  const who = user ?? named.user
  const theirs = user === null ? named.groups ?? [] : groups
  return [...(who === undefined ? [] : [`user:${who}`]), ...theirs.map(group => `group:${group}`)].map(name => name.normalize('NFC'))
}
