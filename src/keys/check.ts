// Checks what a new key shall be before it is made, and whether one still works.
import type { ApiKey, KeyKind, Scope } from './store.ts'

/** Returns the origin that a text names; null when it is none. */
export function readOrigin (text: string): string | null {
  const url = URL.parse(text.trim())
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.origin === text.trim().replace(/\/$/, '').toLowerCase()
  return isOrigin ? url.origin : null
}

/** Returns why there cannot be such a key; null when there can. */
export function problemOfKey ({ kind, company, scopes, origins }: {
  kind: KeyKind, company: string | null, scopes: readonly Scope[], origins: readonly string[]
}): string | null {
  if (kind !== 'api' && company === null) return `A ${kind} key belongs to one company.`
  if (kind !== 'api' && scopes.join() !== 'chat') return `The tokens of a ${kind} key have the scope chat alone.`
  if (kind === 'site' && origins.length === 0) return 'A site key needs the origins of its pages, such as https://shop.example.'
  if (kind !== 'site' && origins.length > 0) return 'Origins are for a site key.'
  return null
}

/** Returns a time in the future as ISO 8601 in UTC; null when the text is none. */
export function readFuture (text: string, now = Date.now()): string | null {
  const at = Date.parse(text)
  return at > now ? new Date(at).toISOString() : null
}

/** Returns the time as keys store it. */
export function nowText (): string {
  return new Date().toISOString()
}

/** Tells whether a key has been neither revoked nor outlived. */
export function isLive ({ revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now = Date.now()): boolean {
  return revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > now)
}
