// Sets up the history of evaluations.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createSqliteEvaluations } from '../src/backends/sqlite/evaluations.ts'
import { createSupabaseEvaluations } from '../src/backends/supabase/evaluations.ts'
import type { EvaluationStore } from '../src/evaluation/store.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** In Supabase where profiles are there, otherwise in SQLite. */
    evaluations: EvaluationStore
  }
}

export default fp(async (app: FastifyInstance) => {
  const { store, supabase } = app
  app.decorate('evaluations', supabase ? createSupabaseEvaluations({ supabase }) : createSqliteEvaluations({ store }))
}, { name: 'evaluations', dependencies: ['backends'] })
