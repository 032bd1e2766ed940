// Sets up gaps: the questions that were not answered well, recorded after their answers, and what closes them.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { settlesWithin } from '../src/async/signals.ts'
import { createSqliteGaps } from '../src/backends/sqlite/gaps.ts'
import { createSupabaseGaps } from '../src/backends/supabase/gaps.ts'
import { createGapRecorder, type GapRecorder } from '../src/gaps/recorder.ts'
import type { GapStore } from '../src/gaps/store.ts'
import { createQuestionVectors, type QuestionVectors } from '../src/gaps/vector.ts'
import { questionLanguage } from '../src/language/language.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Null when GAPS_TTL_SECONDS is 0. In Supabase where profiles are there, otherwise in SQLite. */
    gaps: GapStore | null
    /** Null when GAPS_TTL_SECONDS is 0. */
    gapRecorder: GapRecorder | null
    questionVectors: QuestionVectors
    /** Resolves when documents that were just written can be found by their meaning too, or after a while. */
    documentsSearchable (company: string): Promise<void>
  }
}

/** The longest wait for the vectors of a few documents. */
const vectorsMs = 15_000

export default fp(async (app: FastifyInstance) => {
  const { config, store, supabase, embedder, people, vectors, log } = app
  const ttlMs = config.GAPS_TTL_SECONDS * 1000
  const limits = {
    ttlMs, maxQuestions: config.GAPS_MAX_QUESTIONS,
    onError: (error: unknown) => log.error({ err: error }, 'expired questions cannot be deleted'),
  }
  const gaps = ttlMs === 0 ? null : supabase ? createSupabaseGaps({ ...limits, supabase }) : createSqliteGaps({ ...limits, store })
  const questionVectors = createQuestionVectors({ embedder })
  const gapRecorder = gaps && createGapRecorder({
    gaps,
    vectors: questionVectors,
    hashOf: people.hashOf,
    languageOf: text => questionLanguage(text, 'und'),
    onError: (error, company) => log.warn({ err: error, company_id: company }, 'questions without a good answer were not recorded'),
  })
  if (gapRecorder) {
    app.answerEvents.on('answered', (company, events, about) => {
      if (!about.isUnrecorded) gapRecorder.note(company, events, about)
    })
    app.answerEvents.on('rated', gapRecorder.rated)
  }
  app.decorate('gaps', gaps)
  app.decorate('gapRecorder', gapRecorder)
  app.decorate('questionVectors', questionVectors)
  app.decorate('documentsSearchable', async (company: string) => { await settlesWithin(vectorsMs, vectors.fill([company])) })
  app.addHook('preClose', async () => {
    if (gapRecorder) await settlesWithin(app.msToWrite(), gapRecorder.close())
  })
  app.addHook('onClose', async () => { await gaps?.close() })
}, { name: 'gaps', dependencies: ['config', 'http', 'backends', 'people', 'models', 'answers', 'documents'] })
