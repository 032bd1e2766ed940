// Makes, parses and checks the texts of keys: `cau_<id>_<secret>`, `cau_sign_<id>_<secret>` and the public `cau_site_<id>`.
import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import type { ApiKey, KeyKind, Scope } from './store.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const idChars = 12
/** 33 of 62 letters: 196 random bits. */
const secretChars = 33
const pattern = new RegExp(`^cau_([A-Za-z0-9]{${idChars}})_([A-Za-z0-9]{${secretChars}})$`)
const idPattern = new RegExp(`^[A-Za-z0-9]{${idChars}}$`)
const sitePattern = new RegExp(`^cau_site_([A-Za-z0-9]{${idChars}})$`)

function random (length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('')
}

function hashOf (secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Makes a new key: its text, which is shown once, and the part that is stored. */
export function makeKey ({ kind = 'api', company, scopes, origins = [], name = '', expiresAt = null, now = new Date() }: {
  kind?: KeyKind
  company: string | null
  scopes: Scope[]
  origins?: readonly string[]
  name?: string
  /** ISO 8601. */
  expiresAt?: string | null
  now?: Date
}): { text: string, key: ApiKey } {
  const id = random(idChars)
  const secret = random(secretChars)
  const text = { api: `cau_${id}_${secret}`, signing: `cau_sign_${id}_${secret}`, site: `cau_site_${id}` }[kind]
  return {
    text,
    key: {
      kind,
      id,
      hash: hashOf(secret),
      secret: { api: null, signing: text, site: secret }[kind],
      origins,
      company,
      scopes,
      name,
      createdAt: now.toISOString(),
      expiresAt,
      revokedAt: null,
    },
  }
}

/** Tells whether a text has the form of a key's id: nothing else is looked up, or remembered. */
export function isKeyId (text: string): boolean {
  return idPattern.test(text)
}

/** Returns the two parts of an API key's text; null when the text is no API key. */
export function parseKey (text: string): { id: string, secret: string } | null {
  const [, id, secret] = pattern.exec(text) ?? []
  return id === undefined || secret === undefined ? null : { id, secret }
}

/** Returns the id in a site key's text; null when the text is no site key. */
export function parseSiteKey (text: string): string | null {
  return sitePattern.exec(text)?.[1] ?? null
}

/** Compared with the secret when no key has the id: the answer then takes as long as for a wrong secret. */
const hashOfNoKey = hashOf('')

/** Tells whether the secret belongs to the key, in a time that depends neither on the secret nor on whether there is a key. */
export function isSecretOf (key: ApiKey | null, secret: string): boolean {
  const same = timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(key?.hash ?? hashOfNoKey))
  return same && key !== null
}
