// Sends requests as a visitor: by the token of a site key, or by name to a service without keys.
import type { Settings } from './settings.ts'
import { createStored } from './storage.ts'

/** A request that did not succeed; status 0 = the service cannot be reached. */
export class ServiceError extends Error {
  readonly code: string
  readonly status: number
  readonly retryAfter: number

  constructor (code: string, status: number, message = code, retryAfter = 0) {
    super(message)
    this.code = code
    this.status = status
    this.retryAfter = retryAfter
  }
}

interface Visitor { user_id: string, company_id?: string, token?: string, expires_at?: string }

export interface Service {
  /** Gets ready for a question: the visitor's token, so that the question need not wait for it. */
  prepare (): void
  /** Stores who asks, from the first question on: the visitor stays the same. */
  rememberVisitor (): void
  /** Returns questions that fit what is being typed. Throws when there is no answer. */
  suggest (typed: string, limit: number): Promise<string[]>
  send (path: string, init: { method?: string, headers?: Record<string, string>, body?: object }): Promise<Response>
}

/** The longest wait for the head of an answer. */
const patienceMs = 30_000
/** A token is renewed this long before it ends. */
const spareMs = 60_000

export function createService ({ base, site, company }: Settings): Service {
  const stored = createStored<Visitor>('localStorage', `causerie:visitor:${site ?? company}`)
  let visitor = stored.read()
  let isRemembered = visitor !== undefined
  let renewal: Promise<Visitor> | undefined

  async function renew (): Promise<Visitor> {
    const body = { site, ...(visitor?.token ? { token: visitor.token } : {}) }
    visitor = await (await request('v1/visitors', { method: 'POST', body })).json() as Visitor
    if (isRemembered) stored.write(visitor)
    return visitor
  }

  async function identify (isRefused = false): Promise<Visitor> {
    if (!site) {
      visitor ??= { user_id: `visitor-${randomName()}` }
      return visitor
    }
    const isFresh = visitor?.token !== undefined && Date.parse(visitor.expires_at ?? '') - Date.now() > spareMs
    if (visitor && isFresh && !isRefused) return visitor
    renewal ??= renew().finally(() => { renewal = undefined })
    return renewal
  }

  async function request (
    path: string, { method = 'GET', headers = {}, body }: { method?: string, headers?: Record<string, string>, body?: object }
  ): Promise<Response> {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), patienceMs)
    let response: Response
    try {
      response = await fetch(base + path, {
        method, credentials: 'omit', signal: abort.signal,
        headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
    } catch {
      throw new ServiceError('UNREACHABLE', 0)
    } finally {
      clearTimeout(timer)
    }
    if (response.ok) return response
    const { code = 'UNKNOWN', message } = await response.json().catch(() => ({})) as { code?: string, message?: string }
    throw new ServiceError(code, response.status, message, Number(response.headers.get('retry-after') ?? 0))
  }

  async function send (path: string, { headers, body, ...init }: Parameters<Service['send']>[1], isRefused = false): Promise<Response> {
    const { token, user_id: user } = await identify(isRefused)
    const named = !site && body ? { company_id: company, user_id: user } : {}
    const query = new URLSearchParams({ company_id: company ?? '', user_id: user })
    const url = site || body ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`
    try {
      return await request(url, {
        ...init,
        headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
        ...(body ? { body: { ...named, ...body } } : {}),
      })
    } catch (error) {
      // The token has ended, also by another clock, or its key was replaced.
      const isWorthRenewing = site && !isRefused && error instanceof ServiceError && error.status === 401
      if (!isWorthRenewing) throw error
      return send(path, { ...init, ...(headers ? { headers } : {}), ...(body ? { body } : {}) }, true)
    }
  }

  return {
    prepare () { identify().catch(() => {}) },
    rememberVisitor () {
      isRemembered = true
      if (visitor) stored.write(visitor)
    },
    async suggest (typed, limit) {
      const { company_id: own } = await identify()
      // With the company in its address, the answer is the same for all visitors: an edge may give it.
      const query = new URLSearchParams({ q: typed, limit: String(limit), ...(site && own ? { company_id: own } : {}) })
      const { suggestions } = await (await send(`v1/suggest?${query}`, {})).json() as { suggestions: { text: string }[] }
      return suggestions.map(({ text }) => text)
    },
    send: (path, init) => send(path, init),
  }
}

/** Returns a name that cannot be guessed. randomUUID exists on secure pages alone. */
function randomName (): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}
