// Stores API keys in a table of a Supabase project.
import { coded } from '../../errors.ts'
import { dataOf, failure, type Supabase } from './client.ts'
import type { ApiKey, KeyKind, KeyStore, Scope } from '../../keys/store.ts'

interface KeyRow {
  kind: KeyKind
  id: string
  hash: string
  secret: string | null
  origins: readonly string[]
  company_id: string | null
  scopes: Scope[]
  name: string
  created_at: string
  expires_at: string | null
  revoked_at: string | null
}

const columns = 'kind,id,hash,secret,origins,company_id,scopes,name,created_at,expires_at,revoked_at'
/** Supabase returns no more rows than this at once unless it is configured otherwise, so a longer list is read in pages. */
const page = 1000
/** PostgreSQL's codes: a row with this id exists; a row that it refers to does not. */
const taken = '23505'
const unknownReference = '23503'

/** Creates the store; the caller closes the connection. Its `create` throws UNKNOWN_COMPANY for a company that Supabase does not know. */
export function createSupabaseKeys ({ supabase }: { supabase: Supabase }): KeyStore {
  async function find (id: string, signal = never()): Promise<ApiKey | null> {
    const row = dataOf(
      await supabase.from('api_keys').select(columns).eq('id', id).abortSignal(signal).maybeSingle<KeyRow>(),
      'KEYS_UNAVAILABLE'
    )
    return row && keyOf(row)
  }

  return {
    find,
    async list (company, signal = never()) {
      const keys: ApiKey[] = []
      for (;;) {
        const all = supabase.from('api_keys').select(columns)
        const some = company === undefined ? all : all.eq('company_id', company)
        const rows =
          dataOf(
            await some
              .order('created_at')
              .order('id')
              .range(keys.length, keys.length + page - 1)
              .abortSignal(signal)
              .overrideTypes<KeyRow[], { merge: false }>(),
            'KEYS_UNAVAILABLE'
          ) ?? []
        if (rows.length === 0) return keys
        keys.push(...rows.map(keyOf))
      }
    },
    async create ({ company, createdAt, expiresAt, revokedAt, ...key }, signal = never()) {
      const row: KeyRow = { ...key, company_id: company, created_at: createdAt, expires_at: expiresAt, revoked_at: revokedAt }
      const { status, error } = await supabase.from('api_keys').insert(row).abortSignal(signal)
      if (!error) return
      if (error.code === unknownReference) throw coded('UNKNOWN_COMPANY', 'Add it to the table companies first.', error)
      if (error.code === taken) throw new Error(`key ${key.id} already exists`, { cause: error })
      throw failure(status, error, 'KEYS_UNAVAILABLE')
    },
    async change (id, { name, origins }, signal = never()) {
      const values = { ...(name === undefined ? {} : { name }), ...(origins === undefined ? {} : { origins }) }
      if (Object.keys(values).length === 0) return await find(id, signal) !== null
      const changed = dataOf(
        await supabase.from('api_keys').update(values).eq('id', id).select('id').abortSignal(signal),
        'KEYS_UNAVAILABLE'
      )
      return changed!.length > 0
    },
    async revoke (id, at, signal = never()) {
      const revoked = dataOf(
        await supabase.from('api_keys').update({ revoked_at: at }).eq('id', id).is('revoked_at', null).select('id').abortSignal(signal),
        'KEYS_UNAVAILABLE'
      )
      return revoked!.length > 0 || await find(id, signal) !== null
    },
    async removeAll (company, signal = never()) {
      const removed = dataOf(
        await supabase.from('api_keys').delete().eq('company_id', company).select('id').abortSignal(signal),
        'KEYS_UNAVAILABLE'
      )
      return removed!.length
    },
    async any (signal = never()) {
      const rows = dataOf(
        await supabase.from('api_keys').select('id').limit(1).abortSignal(signal),
        'KEYS_UNAVAILABLE'
      )
      return rows!.length > 0
    },
    async close () {},
  }
}

function never (): AbortSignal {
  return new AbortController().signal
}

function keyOf ({ kind, id, hash, secret, origins, company_id, scopes, name, created_at, expires_at, revoked_at }: KeyRow): ApiKey {
  return {
    kind,
    id,
    hash,
    secret,
    origins,
    company: company_id,
    scopes,
    name,
    createdAt: utc(created_at),
    expiresAt: expires_at && utc(expires_at),
    revokedAt: revoked_at && utc(revoked_at),
  }
}

/** Normalizes a time of PostgreSQL, which writes `2026-01-01T00:00:00+00:00`. */
function utc (time: string): string {
  return new Date(time).toISOString()
}
