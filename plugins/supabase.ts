// The connection to Supabase, when there is one; closed after everything that uses it.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createSupabase, type Supabase } from '../src/backends/supabase/client.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Null without SUPABASE_URL: then profiles and keys are in SQLite. */
    supabase: Supabase | null
  }
}

export default fp(async (app: FastifyInstance) => {
  const { SUPABASE_URL: url, SUPABASE_KEY: key, SUPABASE_TIMEOUT_MS: timeoutMs } = app.config
  const supabase = url === '' ? null : createSupabase({ url, key, timeoutMs })
  app.decorate('supabase', supabase)
  if (supabase) app.addHook('onClose', () => supabase.close())
}, { name: 'supabase', dependencies: ['config'] })
