// Company profiles, in memory for an hour.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createPrompts, type Prompts } from '../src/prompts/cache.ts'
import { createSqlitePrompts } from '../src/prompts/sqlite.ts'
import type { PromptStore } from '../src/prompts/store.ts'

declare module 'fastify' {
  interface FastifyInstance {
    promptStore: PromptStore
    prompts: Prompts
  }
}

export default fp(async (app: FastifyInstance, { promptStore }: { promptStore?: PromptStore }) => {
  const { PROMPT_CACHE_TTL_SECONDS, PROMPT_STALE_SECONDS } = app.config
  const store = promptStore ?? createSqlitePrompts({ store: app.store, onVersion: app.documentsChanged })
  app.decorate('promptStore', store)
  app.decorate('prompts', createPrompts({
    store,
    ttlMs: PROMPT_CACHE_TTL_SECONDS * 1000,
    staleMs: PROMPT_STALE_SECONDS * 1000,
    onError: (company, error) => app.log.warn({ err: error, company }, 'profile not read'),
  }))
}, { name: 'prompts', dependencies: ['search'] })
