// The connection to Supabase, closed after everything that uses it, and its webhook.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createSupabase, type Supabase } from '../src/backends/supabase/client.ts'
import { createSupabaseWebhook, type SupabaseWebhook } from '../src/backends/supabase/webhook.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Null without SUPABASE_URL: then profiles and keys are in SQLite. */
    supabase: Supabase | null
    /** Null without SUPABASE_WEBHOOK_SECRET. */
    supabaseWebhook: SupabaseWebhook | null
  }
}

export default fp(async (app: FastifyInstance) => {
  const { SUPABASE_URL: url, SUPABASE_KEY: key, SUPABASE_TIMEOUT_MS: timeoutMs, SUPABASE_WEBHOOK_SECRET: secret } = app.config
  const supabase = url === '' ? null : createSupabase({ url, key, timeoutMs })
  app.decorate('supabase', supabase)
  app.decorate('supabaseWebhook', secret === '' ? null : createSupabaseWebhook(secret))
  if (supabase) app.addHook('onClose', () => supabase.close())
}, { name: 'supabase', dependencies: ['config'] })
