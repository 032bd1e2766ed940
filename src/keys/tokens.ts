// Signs and reads the tokens of users: JWTs (RFC 7519, HS256) whose `kid` names the key that signs them.
import { randomUUID } from 'node:crypto'
import { SignJWT, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose'
import { coded } from '../errors.ts'
import { isWholeText } from '../whole-text.ts'
import { isKeyId } from './key.ts'
import type { ApiKey } from './store.ts'

/** What a token says about its user. */
export interface TokenClaims {
  /** Unique within the company. */
  user: string
  groups: readonly string[]
  /** Of a visitor: the origin of the page that the token was given to. */
  origin: string | null
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** A visitor's token works this long, and can be renewed for a month after that: the visitor then stays the same. */
const visitorSeconds = 3600
const renewalSeconds = 30 * 86_400
/** A token of an end user may expire this long after it is checked. */
const maxLifeSeconds = 86_400
/** Two machines' clocks may differ by this much. */
const toleranceSeconds = 30
const maxUserChars = 256
const maxGroups = 100
const algorithm = 'HS256'

/** Returns the id of the key that signed a token; null when the text is no such token. */
export function keyIdOf (token: string): string | null {
  try {
    const { kid } = decodeProtectedHeader(token)
    return typeof kid === 'string' && isKeyId(kid) ? kid : null
  } catch {
    return null
  }
}

/** Signs a token for a visitor of a site's page. @param user the visitor; a new one when absent */
export async function signVisitor (site: ApiKey, origin: string, user = `visitor-${randomUUID()}`, now = Date.now()): Promise<{
  token: string, user: string, expiresAt: number
}> {
  const expiresAt = Math.floor(now / 1000) + visitorSeconds
  const token = await new SignJWT({ origin })
    .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: site.id })
    .setSubject(user)
    .setExpirationTime(expiresAt)
    .sign(bytesOf(site))
  return { token, user, expiresAt: expiresAt * 1000 }
}

/**
 * Checks a token and returns its claims. Throws TOKEN_EXPIRED or TOKEN_INVALID.
 * @param isRenewal accept a visitor's token that has expired, for a month
 */
export async function readToken (key: ApiKey, token: string, { now = Date.now(), isRenewal = false } = {}): Promise<TokenClaims> {
  const { payload } = await jwtVerify(token, bytesOf(key), {
    algorithms: [algorithm],
    clockTolerance: isRenewal ? renewalSeconds : toleranceSeconds,
    currentDate: new Date(now),
  }).catch(error => {
    throw error instanceof errors.JWTExpired ? coded('TOKEN_EXPIRED') : coded('TOKEN_INVALID', 'It is not signed with its key.', error)
  })
  return claimsOf(payload, now)
}

function claimsOf ({ sub, exp, groups = [], origin = null }: JWTPayload, now: number): TokenClaims {
  if (typeof sub !== 'string' || sub === '' || sub.length > maxUserChars || !isWholeText(sub)) {
    throw coded('TOKEN_INVALID', `It needs the user as "sub", 1 to ${maxUserChars} characters.`)
  }
  if (exp === undefined) throw coded('TOKEN_INVALID', 'It needs an "exp".')
  if (exp > now / 1000 + maxLifeSeconds + toleranceSeconds) throw coded('TOKEN_INVALID', 'Its "exp" is more than 24 hours ahead.')
  if (!Array.isArray(groups) || groups.length > maxGroups || !groups.every(group => typeof group === 'string')) {
    throw coded('TOKEN_INVALID', `Its "groups" are not a list of at most ${maxGroups} texts.`)
  }
  return { user: sub, groups, origin: typeof origin === 'string' ? origin : null, expiresAt: exp * 1000 }
}

function bytesOf ({ secret }: ApiKey): Uint8Array {
  return new TextEncoder().encode(secret!)
}
