// Sets up the history of evaluations, and what the service runs itself.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createSqliteEvaluations } from '../src/backends/sqlite/evaluations.ts'
import { createSupabaseEvaluations } from '../src/backends/supabase/evaluations.ts'
import { createEvaluationRunner, type EvaluationRunner } from '../src/evaluation/runner.ts'
import type { EvaluationStore } from '../src/evaluation/store.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** In Supabase where profiles are there, otherwise in SQLite. */
    evaluations: EvaluationStore
    evaluationRunner: EvaluationRunner
  }
}

export default fp(async (app: FastifyInstance) => {
  const { store, supabase } = app
  const evaluations = supabase ? createSupabaseEvaluations({ supabase }) : createSqliteEvaluations({ store })
  const runner = createEvaluationRunner({
    store: evaluations,
    onError: (error, company) => app.log.warn({ err: error, company_id: company }, 'an evaluation broke off'),
  })
  app.decorate('evaluations', evaluations)
  app.decorate('evaluationRunner', runner)
  app.addHook('preClose', () => runner.close())
}, { name: 'evaluations', dependencies: ['backends'] })
