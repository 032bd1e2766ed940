// Sets up the counts of what companies use, which budgets are measured by, and the record of who changed what.
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { createRedisUsage } from '../src/backends/redis/usage.ts'
import { createSqliteAudit, createSqliteUsage } from '../src/backends/sqlite/records.ts'
import { createSupabaseAudit } from '../src/backends/supabase/audit.ts'
import type { AuditEntry, AuditStore } from '../src/audit/store.ts'
import { createUsage, type Usage } from '../src/usage/recorder.ts'

declare module 'fastify' {
  interface FastifyInstance {
    usage: Usage
    /** In Supabase where profiles are there, otherwise in SQLite. */
    audit: AuditStore
    /** Records a change; on this instance alone when the store of all cannot be reached. Never rejects. */
    recordChange (entry: AuditEntry): Promise<void>
    /** The wall clock, ms since 1970. */
    clock (): number
  }
  interface FastifyRequest {
    /** What was changed, for the record, if it is not in the address. */
    changed: string | null
  }
  interface FastifyContextConfig {
    /** What a request to this route changes, unless it is refused: it is recorded, with the key and the ids in the address. */
    audit?: string
  }
}

const dayMs = 86_400_000
const sweepMs = 3_600_000

export default fp(async (app: FastifyInstance) => {
  const { config, store, supabase, redis, log } = app
  const onError = (what: string) => (error: unknown) => log.error({ err: error }, what)
  const own = createSqliteUsage({ store })
  const usage = createUsage({
    ...(redis ? { store: createRedisUsage({ redis, keptDays: config.USAGE_DAYS }), budgetFlushMs: 50 } : { store: own }),
    onError: onError('what companies use cannot be written'),
  })
  const ownAudit = createSqliteAudit({ store })
  const audit = supabase ? createSupabaseAudit({ supabase }) : ownAudit
  app.decorate('usage', usage)
  app.decorate('audit', audit)
  app.decorate('recordChange', async entry => {
    const at = Date.now()
    await audit.add(entry, at).catch(async error => {
      onError(audit === ownAudit ? 'a change was not recorded' : 'a change was recorded on this instance alone')(error)
      if (audit !== ownAudit) await ownAudit.add(entry, at)
    }).catch(onError('a change was not recorded'))
  })
  app.decorate('clock', () => Date.now())
  app.decorateRequest('changed', null)
  // Only routes that change something have the hook.
  app.addHook('onRoute', (route: RouteOptions) => {
    const action = route.config?.audit
    if (action === undefined) return
    const record = (request: FastifyRequest) => app.recordChange(entryOf(action, request))
    route.onResponse = [route.onResponse ?? [], async (request: FastifyRequest, reply: { statusCode: number }) => {
      if (reply.statusCode < 400) await record(request)
    }].flat()
    // What was erased before one part failed is gone.
    route.onError = [route.onError ?? [], async (request: FastifyRequest, _: unknown, error: { code?: string }) => {
      if (error.code === 'ERASURE_INCOMPLETE') await record(request)
    }].flat()
  })
  const sweep = setInterval(() => {
    const before = (days: number) => Date.now() - days * dayMs
    own.expire(new Date(before(config.USAGE_DAYS)).toISOString().slice(0, 10)).catch(onError('old counts cannot be deleted'))
    for (const kept of new Set([audit, ownAudit])) {
      kept.expire(before(config.AUDIT_DAYS)).catch(onError('old records cannot be deleted'))
    }
  }, sweepMs).unref()
  app.addHook('onClose', async () => {
    clearInterval(sweep)
    await usage.close()
  })
}, { name: 'usage', dependencies: ['config', 'backends'] })

/** Describes a change by what is in the address: what people wrote is in the body. */
function entryOf (action: string, { principal, params, query, body, changed }: FastifyRequest): AuditEntry {
  const { company_id: inPath, ...ids } = { ...params as Record<string, string> }
  const { company_id: inQuery } = query as { company_id?: string }
  const { company_id: inBody } = (Buffer.isBuffer(body) || typeof body !== 'object' ? {} : body ?? {}) as { company_id?: string }
  // A user who was erased is not named again.
  const target = action.startsWith('user.') ? '' : changed ?? Object.values(ids).join('/')
  return { company: principal.company ?? inPath ?? inQuery ?? inBody ?? null, action, target, key: principal.keyId, by: principal.user }
}
