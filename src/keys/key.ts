// Makes, parses and checks the text of API keys: `cau_<id>_<secret>`. Only the secret's hash is stored.
import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import type { ApiKey, Scope } from './store.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const idChars = 12
/** 33 of 62 letters: 196 random bits. */
const secretChars = 33
const pattern = new RegExp(`^cau_([A-Za-z0-9]{${idChars}})_([A-Za-z0-9]{${secretChars}})$`)

function random (length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('')
}

function hashOf (secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Makes a new key: its text, which is shown once, and the part that is stored. */
export function makeKey ({ company, scopes, name = '', expiresAt = null, now = new Date() }: {
  company: string | null
  scopes: Scope[]
  name?: string
  /** ISO 8601. */
  expiresAt?: string | null
  now?: Date
}): { text: string, key: ApiKey } {
  const id = random(idChars)
  const secret = random(secretChars)
  return {
    text: `cau_${id}_${secret}`,
    key: { id, hash: hashOf(secret), company, scopes, name, createdAt: now.toISOString(), expiresAt, revokedAt: null },
  }
}

/** Returns the two parts of a key's text; null when the text is not a key. */
export function parseKey (text: string): { id: string, secret: string } | null {
  const [, id, secret] = pattern.exec(text) ?? []
  return id === undefined || secret === undefined ? null : { id, secret }
}

/** Compared with the secret when no key has the id: the answer then takes as long as for a wrong secret. */
const hashOfNoKey = hashOf('')

/** Tells whether the secret belongs to the key, in a time that depends neither on the secret nor on whether there is a key. */
export function isSecretOf (key: ApiKey | null, secret: string): boolean {
  const same = timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(key?.hash ?? hashOfNoKey))
  return same && key !== null
}
