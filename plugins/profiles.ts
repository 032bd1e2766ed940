// Provides company profiles, from SQLite or Supabase, kept in memory for an hour.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createSqliteLearning } from '../src/backends/sqlite/learning.ts'
import { createProfileCache, type ProfileCache } from '../src/profiles/cache.ts'
import { createSqliteProfiles } from '../src/backends/sqlite/profiles.ts'
import { createSupabaseLearning } from '../src/backends/supabase/learning.ts'
import { withOwnWeights } from '../src/learning/own-profiles.ts'
import type { LearningStore } from '../src/learning/store.ts'
import type { ProfileStore } from '../src/profiles/store.ts'
import { createSupabaseProfiles } from '../src/backends/supabase/profiles.ts'

declare module 'fastify' {
  interface FastifyInstance {
    profileStore: ProfileStore
    /** Profiles have the weights that their company has learnt. */
    profiles: ProfileCache
    /** Must be called when a profile has changed: it is read again, by every instance. */
    profileChanged (company: string): void
    /** What companies have learnt: in Supabase where profiles are there, otherwise in SQLite. */
    learningStore: LearningStore
  }
}

export default fp(async (app: FastifyInstance, { profileStore }: { profileStore?: ProfileStore | undefined }) => {
  const { PROMPT_CACHE_TTL_SECONDS, PROMPT_STALE_SECONDS, PROMPT_CHECK_SECONDS, SUPABASE_TIMEOUT_MS } = app.config
  const { supabase } = app
  const learning = supabase ? createSupabaseLearning({ supabase }) : createSqliteLearning({ store: app.store })
  app.decorate('learningStore', learning)
  const written = profileStore ?? (supabase
    ? createSupabaseProfiles({ supabase })
    : createSqliteProfiles({ store: app.store }))
  const store = withOwnWeights(written, learning, (company, error) => app.log.warn({ err: error, company }, 'what was learnt is not read'))
  app.decorate('profileStore', store)
  const profiles = createProfileCache({
    store,
    ttlMs: PROMPT_CACHE_TTL_SECONDS * 1000,
    staleMs: PROMPT_STALE_SECONDS * 1000,
    ...(supabase ? { timeoutMs: SUPABASE_TIMEOUT_MS } : {}),
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
