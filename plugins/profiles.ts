// Provides company profiles, from SQLite or Supabase, kept in memory for an hour.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createProfileCache, type ProfileCache } from '../src/profiles/cache.ts'
import { createSqliteProfiles } from '../src/backends/sqlite/profiles.ts'
import type { ProfileStore } from '../src/profiles/store.ts'
import { createSupabaseProfiles } from '../src/backends/supabase/profiles.ts'

declare module 'fastify' {
  interface FastifyInstance {
    profileStore: ProfileStore
    profiles: ProfileCache
    /** Must be called when a profile has changed: it is read again, by every instance. */
    profileChanged (company: string): void
  }
}

export default fp(async (app: FastifyInstance, { profileStore }: { profileStore?: ProfileStore | undefined }) => {
  const { PROMPT_CACHE_TTL_SECONDS, PROMPT_STALE_SECONDS, PROMPT_CHECK_SECONDS, SUPABASE_TIMEOUT_MS } = app.config
  const store = profileStore ?? (app.supabase
    ? createSupabaseProfiles({ supabase: app.supabase })
    : createSqliteProfiles({ store: app.store }))
  app.decorate('profileStore', store)
  const profiles = createProfileCache({
    store,
    ttlMs: PROMPT_CACHE_TTL_SECONDS * 1000,
    staleMs: PROMPT_STALE_SECONDS * 1000,
    ...(app.supabase ? { timeoutMs: SUPABASE_TIMEOUT_MS } : {}),
    onError: (company, error) => app.log.warn({ err: error, company }, 'profile not read'),
  })
  app.decorate('profiles', profiles)
  app.decorate('profileChanged', (company: string) => {
    profiles.drop(company)
    app.news.tell('profile', company)
  })
  app.news.on('profile', company => {
    if (company === null) profiles.check()
    else profiles.drop(company)
  })

  // An answer is reused no longer than that after its company's profile has changed.
  if (!store.changed || PROMPT_CHECK_SECONDS === 0) return
  let checking = false
  const timer = setInterval(() => {
    if (checking) return
    checking = true
    profiles.check().finally(() => { checking = false })
  }, PROMPT_CHECK_SECONDS * 1000).unref()
  app.addHook('onClose', async () => { clearInterval(timer) })
}, { name: 'profiles', dependencies: ['config', 'backends'] })
