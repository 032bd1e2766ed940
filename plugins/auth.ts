// Checks keys, tokens and their scopes before anything else in a request is read.
import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { LRUCache } from 'lru-cache'
import { settlesWithin } from '../src/async/signals.ts'
import { isLoopback } from '../src/loopback.ts'
import { coded } from '../src/errors.ts'
import { corsOrigins } from '../src/http-settings.ts'
import { sampleCompany } from '../src/examples.ts'
import { refuseWithoutKey } from '../src/keyless.ts'
import { makeKey } from '../src/keys/key.ts'
import { createSqliteKeys } from '../src/backends/sqlite/keys.ts'
import { scopes, type ApiKey, type KeyStore, type Scope } from '../src/keys/store.ts'
import { createSupabaseKeys } from '../src/backends/supabase/keys.ts'
import type { Principal } from '../src/keys/principal.ts'
import { createKeyVerifier, type KeyVerifier } from '../src/keys/verify.ts'

declare module 'fastify' {
  interface FastifyInstance {
    keys: KeyStore
    keyVerifier: KeyVerifier
    /** Must be called when keys have changed: they are looked up again, by every instance. */
    keysChanged (): void
    /**
     * Returns the route option that requires a key with this scope, if keys are required.
     * `wholeService`: the route covers every company, so a key for one company is not enough.
     */
    authorize (scope: Scope, options?: { wholeService?: boolean }): { onRequest: onRequestHookHandler }
    /**
     * Returns the principal of a request that has this scope, if that is known at once, as `authorize` would; null otherwise,
     * and nothing is counted: `authorize` says why.
     */
    principalAtOnce (headers: IncomingHttpHeaders, scope: Scope): Principal | null
    /**
     * Returns true if a request may see the whole service: an admin of all companies, or anyone while there are no keys. When
     * the store takes longer than `ms`, what it said in the last half minute counts.
     */
    isOperator (request: FastifyRequest, ms: number): Promise<boolean>
    /** Returns the key of the site that a page names. Throws KEY_INVALID, ORIGIN_REFUSED, LOCAL_ONLY or KEYS_UNAVAILABLE. */
    siteOf (request: FastifyRequest, text: string): Promise<ApiKey>
    /** Returns a site key to try the service with; null when the request needs a key. */
    sampleSite (request: FastifyRequest): Promise<string | null>
  }
  interface FastifyRequest {
    /** The principal of the request, once it was authorized. */
    principal: Principal
  }
}

/** The credentials that are remembered as an operator's or not, and for how long. */
const maxOperators = 1000
const operatorMs = 30_000
/** The longest wait for the store of keys at the start. */
const firstWaitMs = 1000
/** Any program on this machine, while there has never been a key. */
const anyone: Principal = { company: null, user: null, groups: [], scopes, keyId: null }

export default fp(async (app: FastifyInstance) => {
  const { config } = app
  const keys = app.supabase ? createSupabaseKeys({ supabase: app.supabase }) : createSqliteKeys({ store: app.store })
  const verifier = createKeyVerifier({ store: keys, cacheMs: config.KEY_CACHE_SECONDS * 1000 })
  const local = isLoopback(config.HOST)
  const origins = corsOrigins(config.CORS_ORIGINS)!

  /** Tells if no key is required: on this machine, as long as there has never been one. */
  const isOpen = (): boolean | Promise<boolean> => {
    if (!local) return false
    const any = verifier.any()
    return typeof any === 'boolean' ? !any : any.then(there => !there)
  }
  /** Admits a request without a key. Throws LOCAL_ONLY or ORIGIN_REFUSED. */
  const admitLocal = ({ headers }: FastifyRequest): Principal => {
    const refusal = refuseWithoutKey(headers, origins)
    if (refusal) throw refusal
    return anyone
  }
  /** Answers synchronously for a known key: a promise would cost each request a turn. */
  const principalOf = (request: FastifyRequest): Principal | Promise<Principal> => {
    const { authorization, origin } = request.headers
    const admit = (open: boolean) => open ? admitLocal(request) : verifier.verify(authorization, origin)
    const open = isOpen()
    return typeof open === 'boolean' ? admit(open) : open.then(admit)
  }

  const operators = new LRUCache<string, boolean>({ max: maxOperators, ttl: operatorMs })
  const credentialOf = (authorization = '') => hash('sha256', authorization)

  // New with each start and in no store. It means nothing as soon as there is a real key.
  const sample = makeKey({ kind: 'site', company: sampleCompany, scopes: ['chat'], name: 'sample' })
  app.decorate('siteOf', async (request: FastifyRequest, text: string) => {
    const { origin } = request.headers
    if (text !== sample.text || origin === undefined || !await isOpen()) return verifier.site(text, origin)
    admitLocal(request)
    return sample.key
  })
  app.decorate('sampleSite', async ({ headers }: FastifyRequest) =>
    refuseWithoutKey(headers, origins) === null && await isOpen() ? sample.text : null)

  // Known from the start, so that no request waits for it. Its errors belong to the requests.
  app.addHook('onReady', async () => {
    const known = Promise.resolve(isOpen()).then(open => { if (open) operators.set(credentialOf(), true) })
    await settlesWithin(firstWaitMs, known).catch(() => {})
  })
  app.decorate('keys', keys)
  app.decorate('keyVerifier', verifier)
  app.decorate('keysChanged', () => {
    app.keyVerifier.drop()
    app.news.tell('keys', '')
  })
  app.news.on('keys', verifier.drop)
  app.decorateRequest('principal', null as unknown as Principal)
  app.decorate('principalAtOnce', (headers: IncomingHttpHeaders, scope: Scope) => {
    const open = isOpen()
    if (open instanceof Promise) {
      // Its error belongs to the usual way.
      open.catch(() => {})
      return null
    }
    if (open) return refuseWithoutKey(headers, origins) === null ? anyone : null
    const principal = verifier.known(headers.authorization)
    return principal !== null && hasScope(principal, scope) ? principal : null
  })
  app.decorate('authorize', (scope: Scope, { wholeService = false } = {}) => ({
    onRequest (request, _, done) {
      const admit = (principal: Principal) => {
        request.principal = principal
        if (!hasScope(principal, scope)) {
          done(coded('SCOPE_MISSING', `It needs the scope "${scope}".`))
        } else if (wholeService && principal.company !== null) done(coded('SCOPE_MISSING', 'It needs a key for all companies.'))
        else done()
      }
      try {
        const principal = principalOf(request)
        if (principal instanceof Promise) principal.then(admit, done)
        else admit(principal)
      } catch (error) {
        done(error as Error)
      }
    },
  }))
  // The user of a token stands in wherever a request names one; it cannot be split into many users.
  app.addHook('preValidation', (request, _, done) => {
    const user = request.principal?.user ?? null
    done(user === null ? undefined : nameUser(request, user))
  })
  app.decorate('isOperator', async (request: FastifyRequest, ms: number) => {
    const { authorization = '' } = request.headers
    // What is remembered of requests without a key holds for local ones alone.
    if (authorization === '' && refuseWithoutKey(request.headers, origins)) return false
    const credential = credentialOf(authorization)
    const asked = (async () => principalOf(request))().then(
      ({ company, scopes }) => company === null && scopes.includes('admin'), () => false
    )
    const known = asked.then(is => { operators.set(credential, is) })
    return await settlesWithin(ms, known) ? asked : operators.get(credential) ?? false
  })
}, { name: 'auth', dependencies: ['config', 'backends'] })

function hasScope ({ scopes }: Principal, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes('admin')
}

/** Writes the user into the body and the query, where the route has a `user_id`. Returns WRONG_USER if another one stands there. */
function nameUser (request: FastifyRequest, user: string): Error | undefined {
  const { body, querystring } = (request.routeOptions.schema ?? {}) as Record<'body' | 'querystring', { properties?: object } | undefined>
  for (const [schema, values] of [[body, request.body], [querystring, request.query]] as const) {
    if (!Object.hasOwn(schema?.properties ?? {}, 'user_id') || typeof values !== 'object' || values === null) continue
    const named = values as { user_id?: unknown }
    if (named.user_id !== undefined && named.user_id !== user) return coded('WRONG_USER')
    named.user_id = user
  }
}
