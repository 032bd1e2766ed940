// Changes that Supabase announces: whether a request is one, signed and new, and whom it concerns.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { coded } from '../../errors.ts'

const Row = Type.Union([Type.Object({ id: Type.Optional(Type.Unknown()), company_id: Type.Optional(Type.Unknown()) }), Type.Null()])
const ChangeSchema = Type.Object({ table: Type.String(), record: Row, old_record: Row })

export interface Change {
  /** The companies whose profile has changed, under their old name and their new one. */
  companies: string[]
  /** Whether an API key has changed. */
  keys: boolean
}

/** A signature is good for so long, either way. */
const toleranceSeconds = 300
/** Messages that are known again; more of them in five minutes would only be announced twice. */
const maxSeen = 1000
const minSecretChars = 16

/**
 * Checks messages signed as standardwebhooks.com says: `webhook-signature` holds `v1,` and the base64 HMAC-SHA256 of
 * `<webhook-id>.<webhook-timestamp>.<body>`; the key is the secret's UTF-8. Throws an Error when the secret is short.
 */
export function createWebhook ({ secret, now = Date.now }: { secret: string, now?: () => number }) {
  if (secret.length < minSecretChars) throw new Error(`SUPABASE_WEBHOOK_SECRET is shorter than ${minSecretChars} characters`)
  const seen = new LRUCache<string, true>({ max: maxSeen })

  return {
    /** What the message announces; null when it has been here before. Throws SIGNATURE_INVALID, or INVALID_BODY for a message that is signed and is no change. */
    read (headers: Record<string, string | string[] | undefined>, body: Buffer): Change | null {
      const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers
      if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') throw coded('SIGNATURE_INVALID', 'It has no signature.')
      const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest()
      if (!signatures.split(' ').some(signature => isSignature(signature, expected))) throw coded('SIGNATURE_INVALID')
      if (!(Math.abs(now() / 1000 - Number(timestamp)) <= toleranceSeconds)) throw coded('SIGNATURE_INVALID', 'It was signed more than five minutes ago, or a clock is wrong.')
      if (seen.has(id)) return null
      const change = parse(body)
      seen.set(id, true)
      return change
    },
  }
}

function isSignature (signature: string, expected: Buffer): boolean {
  const given = Buffer.from(signature.startsWith('v1,') ? signature.slice(3) : '', 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function parse (body: Buffer): Change {
  const { table, record, old_record } = decode(body)
  const rows = [old_record, record].filter(row => row !== null)
  const named = table === 'companies' ? rows.map(({ id }) => id) : table === 'company_indexes' ? rows.map(({ company_id }) => company_id) : []
  return { companies: [...new Set(named.filter(id => typeof id === 'string'))], keys: table === 'api_keys' }
}

function decode (body: Buffer) {
  let change: unknown
  try {
    change = JSON.parse(body.toString())
  } catch (error) {
    throw coded('INVALID_JSON', undefined, error)
  }
  if (!Value.Check(ChangeSchema, change)) throw coded('INVALID_BODY', 'It is no change as Supabase announces it: table, record, old_record.')
  return change
}
