// Connects to Supabase: its own client on a small pool of connections. Each request is bounded, none is repeated.
import { createRequire } from 'node:module'
import type { SupabaseClient } from '@supabase/supabase-js'
import { fetch } from 'undici'
import { createAgent, type ProxySettings } from '../../async/agent.ts'
import { coded, type CodedError, type ErrorCode } from '../../errors.ts'

const require = createRequire(import.meta.url)

export interface Supabase {
  from: SupabaseClient['from']
  close (): Promise<void>
}

/** The outcome of a request of the client. */
export interface Outcome<T> {
  /** HTTP status; 0 when there was no answer. */
  status: number
  data: T | null
  error: Problem | null
}

interface Problem {
  message: string
  code?: string
  details?: string | null
}

export interface SupabaseOptions {
  url: string
  key: string
  timeoutMs: number
  proxy?: ProxySettings | undefined
}

/** Profiles and keys are cached in memory, so few requests are ever in flight. */
const connections = 10
const bareScheme = 'postgrest+'

/**
 * Creates the client. Connections are made when they are needed.
 * @param url a project (`https://xyz.supabase.co`, whose tables are below `/rest/v1`), or a PostgREST without Supabase's
 * gateway: `postgrest+http://host:3000`
 * @param key the project's secret key (`sb_secret_…`, or the JWT of service_role); for a bare PostgREST a JWT
 * @param timeoutMs longest wait for a whole answer
 * Throws an Error that names the setting when the URL is invalid or the key is missing.
 */
export function createSupabase ({ url, key, timeoutMs, proxy }: SupabaseOptions): Supabase {
  const bare = url.startsWith(bareScheme)
  const parsed = URL.parse(bare ? url.slice(bareScheme.length) : url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new Error('SUPABASE_URL is not a URL: https://….supabase.co, or postgrest+http://… for a PostgREST without Supabase')
  }
  if (key === '') throw new Error('SUPABASE_KEY is missing: the secret key of the project in SUPABASE_URL')
  const root = parsed.href.replace(/\/+$/, '')
  const agent = createAgent(root, { proxy, connections, connectTimeoutMs: timeoutMs, headersTimeout: timeoutMs, bodyTimeout: timeoutMs })

  const bounded = async (address: string, init: RequestInit = {}): Promise<Response> => {
    const limit = AbortSignal.timeout(timeoutMs)
    const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit
    const target = bare ? address.replace(`${root}/rest/v1`, root) : address
    // A redirect would take the key along. The types of undici's fetch and of Node's differ.
    const answer = await fetch(target, { ...init as object, signal, dispatcher: agent, redirect: 'error' })
    return answer as unknown as Response
  }
  // Loaded where it is used: it takes memory.
  const { createClient } = require('@supabase/supabase-js') as typeof import('@supabase/supabase-js')
  const client = createClient(root, key, {
    // A given token means no sign-in client: no session, nothing stored, no timer.
    accessToken: async () => key,
    db: { retry: false },
    global: { fetch: bounded as typeof globalThis.fetch },
  })
  return {
    from: client.from.bind(client) as SupabaseClient['from'],
    close: () => agent.destroy(),
  }
}

/** Returns the rows of an answer; null when one row was asked for and there is none. Throws `code` with advice. */
export function dataOf<T> ({ status, data, error }: Outcome<T>, code: ErrorCode): T | null {
  // The client takes a 404 without a body for an empty answer.
  if (error || (status !== 200 && status !== 206)) throw failure(status, error ?? { message: 'no rows' }, code)
  return data
}

/** Creates the error `code` with advice, without a secret; the server's message is its cause, for the log. */
export function failure (status: number, error: Problem, code: ErrorCode): CodedError {
  // The client hides what went wrong on the way in the details, above a stack.
  const below = status === 0 ? /^Caused by: (.*)/m.exec(error.details ?? '')?.[1] ?? '' : ''
  const said = [status > 0 ? `HTTP ${status}` : '', error.code, error.message.slice(0, 300), below].filter(Boolean).join(' ')
  return coded(code, reason(status, error), new Error(said))
}

function reason (status: number, { message, code = '' }: Problem): string {
  if (status === 0) {
    return /^(TimeoutError|(Headers|Body|Connect)TimeoutError)/.test(message)
      ? 'Supabase did not answer in time (SUPABASE_TIMEOUT_MS).'
      : 'Supabase cannot be reached: check SUPABASE_URL.'
  }
  if (status === 401 || status === 403) return 'Supabase refused the key: SUPABASE_KEY must be the secret key of the project.'
  if (missingTable.has(code)) return 'Supabase lacks tables or columns: apply supabase/migrations.'
  if (status < 300 || (status === 404 && code === '')) return 'The server at SUPABASE_URL is not Supabase: check SUPABASE_URL.'
  return `Supabase answered with HTTP ${status}.`
}

/** Codes of PostgREST and PostgreSQL for: no such table, column, or relationship between tables. */
const missingTable: ReadonlySet<string> = new Set(['PGRST200', 'PGRST204', 'PGRST205', '42P01', '42703'])
