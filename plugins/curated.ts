// Sets up curated answers, and the counting of their hits.
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createInTurn } from '../src/async/in-turn.ts'
import { settlesWithin } from '../src/async/signals.ts'
import { createSqliteCurated } from '../src/backends/sqlite/curated.ts'
import { createSupabaseCurated } from '../src/backends/supabase/curated.ts'
import { createHitCounter, type HitCounter } from '../src/curated/hits.ts'
import type { CuratedStore } from '../src/curated/store.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** In Supabase where profiles are there, otherwise in the company's SQLite file, wherever its documents are. */
    curated: CuratedStore
    curatedHits: HitCounter
    /**
     * Runs changes of one curated answer one after another: each removes the documents that the one before it has written.
     * @param id its own, or that of the gap that it closes
     */
    changeCurated<T> (company: string, id: string, change: () => Promise<T>): Promise<T>
  }
}

export default fp(async (app: FastifyInstance) => {
  const { store, supabase } = app
  const curated = supabase ? createSupabaseCurated({ supabase }) : createSqliteCurated({ store })
  const hits = createHitCounter({
    curated,
    onError: (error, company) => app.log.warn({ err: error, company_id: company }, 'hits of curated answers were not counted'),
  })
  app.answerEvents.on('answered', (company, events, about) => {
    if (!about.isUnrecorded) hits.note(company, events)
  })
  app.decorate('curated', curated)
  app.decorate('curatedHits', hits)
  const inTurn = createInTurn()
  app.decorate('changeCurated', (company, id, change) => inTurn(`${company}/${id}`, change))
  app.addHook('preClose', async () => { await settlesWithin(app.msToWrite(), hits.close()) })
}, { name: 'curated', dependencies: ['http', 'backends', 'answers'] })
