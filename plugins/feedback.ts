// Sets up feedback: what users say about answers.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createSqliteFeedback } from '../src/backends/sqlite/feedback.ts'
import { createSupabaseFeedback } from '../src/backends/supabase/feedback.ts'
import { createGivenAnswers, type GivenAnswers } from '../src/feedback/given-answers.ts'
import type { FeedbackStore } from '../src/feedback/store.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Null when FEEDBACK_TTL_SECONDS is 0. In Supabase where profiles are there, otherwise in SQLite. */
    feedback: FeedbackStore | null
    givenAnswers: GivenAnswers
  }
}

export default fp(async (app: FastifyInstance) => {
  const { config, store, supabase } = app
  const ttlMs = config.FEEDBACK_TTL_SECONDS * 1000
  const limits = { ttlMs, onError: (error: unknown) => app.log.error({ err: error }, 'expired feedback cannot be deleted') }
  const feedback = ttlMs === 0
    ? null
    : supabase ? createSupabaseFeedback({ ...limits, supabase }) : createSqliteFeedback({ ...limits, store })
  const givenAnswers = createGivenAnswers({ maxBytes: config.FEEDBACK_MEMORY_MAX_BYTES })
  if (feedback) app.answerEvents.on('answered', (company, events, about) => givenAnswers.note(company, about, events))
  app.decorate('feedback', feedback)
  app.decorate('givenAnswers', givenAnswers)
  app.addHook('onClose', async () => { await feedback?.close() })
}, { name: 'feedback', dependencies: ['config', 'backends', 'answers'] })
