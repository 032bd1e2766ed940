// Provides company profiles, from SQLite or Supabase, kept in memory for an hour.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createPrompts, type Prompts } from '../src/profiles/cache.ts'
import { createSqlitePrompts } from '../src/backends/sqlite/profiles.ts'
import type { PromptStore } from '../src/profiles/store.ts'
import { createSupabasePrompts } from '../src/backends/supabase/profiles.ts'

declare module 'fastify' {
  interface FastifyInstance {
    promptStore: PromptStore
    prompts: Prompts
  }
}

export default fp(async (app: FastifyInstance, { promptStore }: { promptStore?: PromptStore | undefined }) => {
  const { PROMPT_CACHE_TTL_SECONDS, PROMPT_STALE_SECONDS, PROMPT_CHECK_SECONDS, SUPABASE_TIMEOUT_MS } = app.config
  const store = promptStore ?? (app.supabase
    ? createSupabasePrompts({ supabase: app.supabase })
    : createSqlitePrompts({ store: app.store }))
  app.decorate('promptStore', store)
  const prompts = createPrompts({
    store,
    ttlMs: PROMPT_CACHE_TTL_SECONDS * 1000,
    staleMs: PROMPT_STALE_SECONDS * 1000,
    ...(app.supabase ? { timeoutMs: SUPABASE_TIMEOUT_MS } : {}),
    onError: (company, error) => app.log.warn({ err: error, company }, 'profile not read'),
  })
  app.decorate('prompts', prompts)

  // An answer is reused no longer than that after its company's profile has changed.
  if (!store.changed || PROMPT_CHECK_SECONDS === 0) return
  let checking = false
  const timer = setInterval(() => {
    if (checking) return
    checking = true
    prompts.check().finally(() => { checking = false })
  }, PROMPT_CHECK_SECONDS * 1000).unref()
  app.addHook('onClose', async () => { clearInterval(timer) })
}, { name: 'profiles', dependencies: ['config', 'backends'] })
