// Who may ask for what: API keys, checked before anything else of a request is looked at.
import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { isLoopback } from '../src/config.ts'
import { coded } from '../src/errors.ts'
import { createSqliteKeys } from '../src/backends/sqlite/keys.ts'
import { scopes, type KeyStore, type Scope } from '../src/keys/store.ts'
import { createSupabaseKeys } from '../src/backends/supabase/keys.ts'
import { createKeyVerifier, type KeyVerifier, type Tenant } from '../src/keys/verify.ts'

declare module 'fastify' {
  interface FastifyInstance {
    keys: KeyStore
    keyVerifier: KeyVerifier
    /**
     * The route option that asks for a key with this scope, where keys are asked for.
     * `wholeService`: what it gives concerns every company, so that one company's key is not enough.
     */
    authorize (scope: Scope, options?: { wholeService?: boolean }): { onRequest: onRequestHookHandler }
    /** Whether a request may see what concerns the service as a whole: an admin's of all companies, or anyone's while there are no keys. */
    isOperator (request: FastifyRequest): Promise<boolean>
  }
  interface FastifyRequest {
    /** Whose request it is, once it was authorized. */
    tenant: Tenant
  }
}

/** Everyone on this machine, as long as there is no key. */
const anyone: Tenant = { company: null, scopes, keyId: null }

export default fp(async (app: FastifyInstance) => {
  const { config } = app
  const keys = app.supabase ? createSupabaseKeys({ supabase: app.supabase }) : createSqliteKeys({ store: app.store })
  const verifier = createKeyVerifier({ store: keys, cacheMs: config.KEY_CACHE_SECONDS * 1000 })
  const local = isLoopback(config.HOST)

  /** Elsewhere than on this machine a key is asked for even when the last one has been revoked. */
  const isOpen = (): boolean | Promise<boolean> => {
    if (!local) return false
    const any = verifier.any()
    return typeof any === 'boolean' ? !any : any.then(there => !there)
  }
  const tenantOf = async (authorization: string | undefined): Promise<Tenant> => await isOpen() ? anyone : verifier.verify(authorization)

  app.decorate('keys', keys)
  app.decorate('keyVerifier', verifier)
  app.decorateRequest('tenant', null as unknown as Tenant)
  app.decorate('authorize', (scope: Scope, { wholeService = false } = {}) => ({
    onRequest (request, _, done) {
      const admit = (tenant: Tenant) => {
        request.tenant = tenant
        if (!tenant.scopes.includes(scope) && !tenant.scopes.includes('admin')) done(coded('SCOPE_MISSING', `It needs the scope "${scope}".`))
        else if (wholeService && tenant.company !== null) done(coded('SCOPE_MISSING', 'It takes a key to all companies.'))
        else done()
      }
      // At once for a key that is known: a promise would cost each request a turn.
      try {
        const open = isOpen()
        const tenant = open === true ? anyone : open === false ? verifier.verify(request.headers.authorization) : tenantOf(request.headers.authorization)
        if (tenant instanceof Promise) tenant.then(admit, done)
        else admit(tenant)
      } catch (error) {
        done(error as Error)
      }
    },
  }))
  app.decorate('isOperator', async (request: FastifyRequest) => {
    try {
      const { company, scopes } = await tenantOf(request.headers.authorization)
      return company === null && scopes.includes('admin')
    } catch {
      return false
    }
  })
}, { name: 'auth', dependencies: ['config', 'backends'] })
