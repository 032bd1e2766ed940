// Reads the changes that Supabase announces: verifies the signature, and tells which companies and keys have changed.
import { LRUCache } from 'lru-cache'
import { Webhook } from 'standardwebhooks'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { coded } from '../../errors.ts'

const Row = Type.Union([Type.Object({ id: Type.Optional(Type.Unknown()), company_id: Type.Optional(Type.Unknown()) }), Type.Null()])
const ChangeSchema = Type.Object({ table: Type.String(), record: Row, old_record: Row })

export interface Change {
  /** The companies whose profile has changed; a renamed one under both ids. */
  companies: string[]
  /** True if an API key has changed. */
  keys: boolean
}

export interface SupabaseWebhook {
  /**
   * Returns the announced changes; null when the same message was read before.
   * Throws SIGNATURE_INVALID, or INVALID_JSON or INVALID_BODY for a signed message that is not a change.
   */
  read (headers: Record<string, string | string[] | undefined>, body: Buffer): Change | null
}

/** Message ids to remember. Should more messages come within the five minutes of a signature, one can be read twice. */
const maxSeen = 1000
const minSecretChars = 16

/**
 * Creates the reader of messages signed as standardwebhooks.com says. The key is the secret's UTF-8, not base64, since
 * the database signs with that. Throws an Error when the secret is short.
 */
export function createSupabaseWebhook (secret: string): SupabaseWebhook {
  if (secret.length < minSecretChars) throw new Error(`SUPABASE_WEBHOOK_SECRET is shorter than ${minSecretChars} characters`)
  const webhook = new Webhook(Buffer.from(secret), { format: 'raw' })
  const seen = new LRUCache<string, true>({ max: maxSeen })

  return {
    read (headers, body) {
      const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': signature = '' } = headers
      const signed = { 'webhook-id': String(id), 'webhook-timestamp': String(timestamp), 'webhook-signature': String(signature) }
      try {
        webhook.verify(body, signed, { jsonParse: false })
      } catch (error) {
        throw coded('SIGNATURE_INVALID', reasonOf(error as Error), error)
      }
      if (seen.has(signed['webhook-id'])) return null
      const change = parse(body)
      seen.set(signed['webhook-id'], true)
      return change
    },
  }
}

function reasonOf ({ message }: Error): string | undefined {
  if (message.startsWith('Missing')) return 'It has no signature.'
  return message.startsWith('Message timestamp') ? 'It was signed more than five minutes ago, or a clock is wrong.' : undefined
}

function parse (body: Buffer): Change {
  const { table, record, old_record } = decode(body)
  const rows = [old_record, record].filter(row => row !== null)
  const named =
    table === 'companies' ? rows.map(({ id }) => id) : table === 'company_indexes' ? rows.map(({ company_id }) => company_id) : []
  return { companies: [...new Set(named.filter(id => typeof id === 'string'))], keys: table === 'api_keys' }
}

function decode (body: Buffer) {
  let change: unknown
  try {
    change = JSON.parse(body.toString())
  } catch (error) {
    throw coded('INVALID_JSON', undefined, error)
  }
  if (!Value.Check(ChangeSchema, change)) throw coded('INVALID_BODY', 'A change has table, record and old_record.')
  return change
}
