// Sets up erasing: every part that keeps data of companies or their users, in the order in which they are erased.
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createRedisNotes } from '../src/backends/redis/notes.ts'
import { createScrubber } from '../src/backends/sqlite/scrub.ts'
import type { Conversation } from '../src/conversations/store.ts'
import { CodedError, coded, unknownCompany } from '../src/errors.ts'
import { erase, type Erased, type Keeper } from '../src/erasure/erase.ts'
import { createDeletions } from '../src/instances/deletions.ts'
import { createHandledDeletions } from '../src/instances/handled-deletions.ts'
import { pagesOf } from '../src/slices.ts'
import { writerOf } from '../src/profiles/change.ts'
import type { CompanyProfile, Subject } from '../src/types.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Adds a part that keeps data. Parts that are added later are erased later. */
    addKeeper (keeper: Keeper): void
    /** Deletes a company with everything that is kept of it. Throws UNKNOWN_COMPANY or ERASURE_INCOMPLETE. */
    removeCompany (company: string): Promise<Erased[]>
    /** Erases what is kept of a user. Throws ERASURE_INCOMPLETE. */
    eraseUser (subject: Required<Subject>): Promise<{ at: string, erased: Erased[] }>
    /** Yields what is kept of a user, each thing with its type. */
    exportUser (subject: Required<Subject>): AsyncGenerator<object>
  }
}

/** Ratings of one read of an export. */
const exportedAtOnce = 200
/** How long instances that are away can learn of a deletion. */
const deletionsMs = 60 * 86_400_000

export default fp(async (app: FastifyInstance) => {
  const { profiles, profileStore, log, supabase } = app
  const keepers = keepersOf(app)
  const onError = (company: string) => (what: string, error: unknown) =>
    log.error({ err: error, company_id: company, what }, 'data could not be erased')
  app.decorate('addKeeper', (keeper: Keeper) => { keepers.push(keeper) })

  const scrubber = createScrubber({ dataDir: app.config.DATA_DIR })
  app.decorate('eraseUser', async subject => {
    const erased = await erase([
      ...keepers,
      // Last: what the parts before have deleted is still in the free pages of the file.
      { what: 'remains of deleted rows', where: 'SQLite', erase: async ({ company }) => await scrubber.scrub(company).then(() => 0) },
    ], subject, onError(subject.company))
    return { at: new Date().toISOString(), erased: erased.filter(({ what }) => what !== 'remains of deleted rows') }
  })
  app.decorate('exportUser', async function * (subject) {
    for (const keeper of keepers) yield * keeper.export?.(subject) ?? []
  })
  app.addHook('onClose', async () => { await scrubber.close() })
  const forget = (company: string) => {
    app.keyVerifier.drop()
    profiles.drop(company)
    app.people.forget(company)
    app.meilisearch?.engine.forget(company)
    app.documentsChanged(company, '')
  }
  const deletions = createDeletions({
    news: app.news,
    notes: app.redis && createRedisNotes({ redis: app.redis, name: 'e', keptMs: deletionsMs }),
    handled: createHandledDeletions(
      join(app.config.DATA_DIR, 'deletions.json'),
      error => log.warn({ err: error }, 'which deletions were carried out here cannot be kept'),
    ),
    exists: async company => await profileStore.get(company) !== null,
    async erase (company) {
      const own = keepers.filter(({ where, isLocal }) => isLocal || where === 'memory' || where === 'disk')
      const isErased = await erase(hasOwnFiles(app) ? [...own, fileOf(app)] : own, { company }, onError(company))
        .then(() => true, () => false)
      forget(company)
      return isErased
    },
    onError: (company, error) => onError(company)('everything', error),
  })
  // Also when Redis is there only later.
  const cancel = app.redis?.onReady(() => { deletions.catchUp() })
  app.addHook('onClose', async () => {
    cancel?.()
    deletions.close()
  })
  /** Companies of which something is left, perhaps without a profile: they can be erased again. */
  const unfinished = new Set<string>()
  app.decorate('removeCompany', (company: string) => app.companies.inOrder(company, async () => {
    const writer = writerOf(profileStore)
    const profile = await profileToRemove(app, company)
    if (profile === 'none' && !unfinished.has(company)) throw unknownCompany()
    unfinished.add(company)
    // From now on no question, upload or change of it begins here.
    profiles.hide(company, true)
    try {
      const all: Keeper[] = [
        ...keepers,
        ...documentsOf(app, typeof profile === 'string' ? null : profile),
        // Last: until then the same request can be sent again.
        { what: 'profile', where: supabase ? 'Supabase' : 'SQLite', erase: async () => await writer.delete(company).then(() => 1) },
      ]
      const erased = await erase(all.slice(0, -1), { company }, onError(company))
      erased.push(...await erase(all.slice(-1), { company }, onError(company)))
      forget(company)
      await deletions.tell(company)
      unfinished.delete(company)
      return erased.filter(({ count }) => count > 0)
    } finally {
      profiles.hide(company, false)
    }
  }))
}, {
  name: 'erasure',
  dependencies: ['config', 'backends', 'auth', 'profiles', 'search', 'conversations', 'answers', 'people', 'feedback', 'documents', 'gaps',
    'uploads', 'usage', 'companies', 'evaluations', 'learning', 'sources', 'webhooks'],
})

/** Returns what keeps data beside the documents: first what lets requests in, then what running answers write to. */
function keepersOf (app: FastifyInstance): Keeper[] {
  const {
    keys, evaluationRunner, learning, answers, conversations, people, feedback, gaps, gapRecorder, givenAnswers, similarAnswers,
    commonQuestions, uploads, usage, sources, webhook,
  } = app
  const { redis, supabase } = app
  const shared = redis ? 'Redis' : 'SQLite'
  return [
    { what: 'keys', where: supabase ? 'Supabase' : 'SQLite', isOfCompany: true, erase: ({ company }) => keys.removeAll(company) },
    { what: 'running evaluations', where: 'memory', isOfCompany: true, erase: ({ company }) => evaluationRunner.erase(company) },
    { what: 'running learning', where: 'memory', isOfCompany: true, erase: ({ company }) => learning.erase(company) },
    { what: 'answers', where: redis ? 'Redis' : 'memory', erase: answers.erase },
    { what: 'similar answers', where: 'memory', erase: subject => similarAnswers?.erase(subject) ?? 0 },
    { what: 'answers that can be rated', where: 'memory', erase: givenAnswers.erase },
    {
      what: 'conversations', where: shared, erase: conversations.erase,
      async * export (owner) {
        for await (const conversation of conversations.export(owner)) yield conversationOf(conversation)
      },
    },
    {
      what: 'feedback', where: supabase ? 'Supabase' : 'SQLite',
      erase: async ({ company, user }) =>
        await feedback?.erase(company, user === undefined ? null : await people.hashOf(company, { user })) ?? 0,
      async * export ({ company, user }) {
        if (!feedback) return
        const filter = { rater: await people.hashOf(company, { user }) }
        for await (const page of pagesOf(exportedAtOnce, page => feedback.list(company, filter, page))) {
          for (const { rater, n, createdAt, updatedAt, ...entry } of page) {
            yield { type: 'feedback', created_at: iso(createdAt), updated_at: iso(updatedAt), ...entry }
          }
        }
      },
    },
    {
      what: 'questions without a good answer', where: supabase ? 'Supabase' : 'SQLite',
      // Those of a company go with its file, or its row.
      erase: async ({ company, user }) => user === undefined ? 0 : await gapRecorder?.forgetUser(company, user) ?? 0,
      async * export ({ company, user }) {
        const questions = await gaps?.questionsOf(company, await people.hashOf(company, { user })) ?? []
        for (const { askedAt, ...question } of questions) {
          yield { type: 'question without a good answer', asked_at: iso(askedAt), ...question }
        }
      },
    },
    // After what they tell of.
    { what: 'events for the webhook', where: 'memory', erase: async ({ company }) => await webhook?.dropErased(company) ?? 0 },
    { what: 'common questions', where: 'SQLite', isLocal: true, erase: commonQuestions.erase },
    { what: 'sources', where: shared, isOfCompany: true, erase: ({ company }) => sources.erase(company) },
    { what: 'counts of usage', where: shared, isOfCompany: true, erase: ({ company }) => usage.erase(company) },
    {
      what: 'what other instances are to know', where: 'memory', isOfCompany: true,
      async erase ({ company }) {
        usage.forget(company)
        await sources.forget(company)
        return 0
      },
    },
    { what: 'uploads', where: 'disk', isOfCompany: true, erase: async ({ company }) => await uploads?.erase(company) ?? 0 },
  ]
}

function conversationOf ({ id, createdAt, updatedAt, digest, summarizedTurns, turns }: Conversation): object {
  return {
    type: 'conversation', conversation_id: id, created_at: iso(createdAt), updated_at: iso(updatedAt), digest,
    condensed_turns: summarizedTurns, turns: turns.map(({ at, requestKey, ...turn }) => ({ asked_at: iso(at), ...turn })),
  }
}

function iso (ms: number): string {
  return new Date(ms).toISOString()
}

/**
 * Returns the profile of a company that is to be removed, or why there is none. Of a damaged file nothing can be read: it goes
 * first, so that the rest can be erased.
 */
async function profileToRemove (
  { profileStore, meilisearch, store }: FastifyInstance, company: string
): Promise<CompanyProfile | 'none' | 'damaged'> {
  try {
    return await profileStore.get(company) ?? 'none'
  } catch (error) {
    // In Meilisearch its documents are found by its profile.
    if (meilisearch || !(error instanceof CodedError && error.code === 'STORE_CORRUPT')) throw error
    await store.run('removeCompany', company, null)
    return 'damaged'
  }
}

/** Tells whether each instance has files of companies beside what all share: then they hold counts and little more. */
function hasOwnFiles ({ meilisearch, supabase, redis }: FastifyInstance): boolean {
  return meilisearch !== null && supabase !== null && redis !== null
}

function fileOf (app: FastifyInstance): Keeper {
  const { meilisearch, store } = app
  return {
    what: meilisearch ? 'file of the company' : 'documents',
    where: 'SQLite',
    async erase ({ company }) {
      const rows = await store.run('removeCompany', company, null)
      // Nothing that comes late could make another one, and the company may be created again on any instance.
      if (hasOwnFiles(app)) await store.run('forgetRemoval', company, null)
      return meilisearch ? Number(rows !== null) : rows?.documents ?? 0
    },
  }
}

/** Returns what keeps the documents. */
function documentsOf (app: FastifyInstance, profile: CompanyProfile | null): Keeper[] {
  const { meilisearch, removeDocuments } = app
  if (!meilisearch || !profile) return [fileOf(app)]
  return [
    {
      what: 'documents', where: 'Meilisearch',
      async erase () {
        if (!removeDocuments) throw coded('NOT_SUPPORTED', 'Set MEILI_WRITE_KEY.')
        return await removeDocuments(profile)
      },
    },
    fileOf(app),
  ]
}
