// Curated answers: a person corrects an answer, or writes one; it becomes an FAQ entry that is watched.
import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { createStaleCheck, removeCurated, replaceEntry, sourcesNow } from '../src/chat/curate.ts'
import { accessOfAnswers, entryIndex, maxVariants } from '../src/chat/explain-gap.ts'
import type { StoredCurated } from '../src/curated/store.ts'
import { coded } from '../src/errors.ts'
import { maskPersonalData } from '../src/language/mask.ts'
import { fitPage } from '../src/page-size.ts'
import { documentOf } from '../src/search/passage-id.ts'
import { checkTexts } from '../src/whole-text.ts'
import { errorResponse } from '../src/wire/schemas.ts'
import { companyOf } from './answering.ts'
import { Company, CompanyQuery, documentsOf, readReaders, refused } from './company-documents.ts'

const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description })
const question = text(500, 'The question of the entry')
const answer = text(8000, 'The answer, as customers will read it')
const variants = Type.Array(text(500, 'Other words for the question'), { maxItems: maxVariants })
const url = Type.String({ maxLength: 2000, description: 'A page that says more' })
const access = Type.Union([Type.Array(Type.String({ maxLength: 310 }), { maxItems: 100 }), Type.Null()], {
  description: '`group:staff`, `user:42`: whom it is for; null = everyone',
})
const index = Type.String({ maxLength: 64, description: 'The index of the entry; the FAQ when absent' })
const time = Type.String({ format: 'date-time' })

const Curated = Type.Object({
  id: Type.String(), index: Type.String(), question: Type.String(), variants: Type.Array(Type.String()), answer: Type.String(),
  url: Type.String(), access: Type.Union([Type.Array(Type.String()), Type.Null()]),
  documents: Type.Array(Type.String(), { description: 'The documents of the entry, in its index' }),
  gap: Type.Union([Type.String(), Type.Null()], { description: 'The gap that it closes' }),
  hits: Type.Integer({ description: 'Answers that cited it' }),
  last_hit_at: Type.Union([time, Type.Null()]),
  stale: Type.Boolean({ description: 'A document that the corrected answer rested on has changed or gone: read it again' }),
  changed_sources: Type.Array(Type.String()),
  created_at: time, changed_at: time,
})
const CuratedPath = Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) })
const problems = {
  ...refused, 404: errorResponse('Unknown company, answer or curated answer'),
  422: errorResponse('The answer cannot be read as a document'),
  503: errorResponse('Curated answers cannot be read or written. Try again'),
}
const closed = { additionalProperties: false }

const routes: FastifyPluginAsyncTypebox = async app => {
  const withWrite = app.authorize('write')

  app.get('/v1/curated', {
    ...withWrite,
    exposeHeadRoute: false,
    schema: {
      tags: ['curated'],
      summary: 'List curated answers, page by page',
      querystring: Type.Object({
        ...Company,
        after: Type.Optional(Type.String({ maxLength: 64, description: '`next` of the previous page' })),
        limit: Type.Optional(Type.String({ pattern: '^([1-9]\\d?|100)$', description: 'Answers per page, 1 to 100; 50 when absent' })),
      }, closed),
      response: {
        200: Type.Object({
          data: Type.Array(Curated),
          next: Type.Union([Type.String(), Type.Null()], { description: 'The value for `after`; null on the last page' }),
        }),
        ...problems,
      },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const { company, documents } = await partsOf(app, request, request.query.company_id)
    const { after = '', limit = '50' } = request.query
    await app.curatedHits.flush()
    const found = await app.curated.list(company, { after, limit: Number(limit) + 1 })
    const changedSources = createStaleCheck(documents, company)
    const shown = await Promise.all(found.slice(0, Number(limit)).map(one => toJson(changedSources, one)))
    const data = fitPage(shown)
    return { data, next: found.length > data.length ? data.at(-1)!.id : null }
  })

  app.get('/v1/curated/:id', {
    ...withWrite,
    exposeHeadRoute: false,
    schema: {
      tags: ['curated'], summary: 'Show a curated answer', params: CuratedPath, querystring: CompanyQuery,
      response: { 200: Curated, ...problems },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const { company, documents } = await partsOf(app, request, request.query.company_id)
    await app.curatedHits.flush()
    return toJson(createStaleCheck(documents, company), await known(app, company, request.params.id))
  })

  app.post('/v1/curated', {
    ...withWrite, config: { audit: 'curated.create' },
    schema: {
      tags: ['curated'],
      summary: 'Correct an answer, or write one',
      description: 'It becomes an FAQ entry: a document for the question, and one for each variant. With `answer_id`, the question and ' +
        'the readers of the corrected answer\'s sources are taken over, and those sources are watched.',
      body: Type.Object({
        ...Company,
        answer_id: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_.-]{1,200}$', description: 'The answer that is corrected' })),
        question: Type.Optional({ ...question, description: 'That of the corrected answer when absent' }),
        answer,
        variants: Type.Optional(variants),
        index: Type.Optional(index),
        url: Type.Optional(url),
        access: Type.Optional(access),
      }, closed),
      response: { 201: Curated, ...problems },
    },
  }, async (request, reply) => {
    const { answer, variants = [], url = '', answer_id } = request.body
    const { company, profile } = await partsOf(app, request, request.body.company_id)
    const corrected = answer_id === undefined ? null : await correctedAnswer(app, company, answer_id)
    const question = request.body.question ?? corrected?.question
    if (question === undefined) throw coded('INVALID_BODY', 'Give "question", or the "answer_id" of the answer that is corrected.')
    checkTexts([question, answer, url, ...variants])
    const index = request.body.index ?? entryIndex(profile)
    const { documents } = await documentsOf(app, company, index)
    const access = request.body.access === undefined
      ? await accessOfAnswers(documents, company, corrected ? [corrected] : [])
      : readReaders(request.body.access)
    const entry = { index, question, variants, answer, url, access }
    const id = `cur_${randomBytes(9).toString('base64url')}`
    const watched = await sourcesNow(documents, company, (corrected?.sources ?? []).map(documentIn))
    await replaceEntry(documents, profile, id, entry, null, written => {
      const at = Date.now()
      return app.curated.put(company, { ...entry, id, sources: watched, documents: written, gap: '', createdAt: at, changedAt: at })
    })
    request.changed = id
    return reply.code(201).send(await toJson(createStaleCheck(documents, company), await known(app, company, id)))
  })

  app.patch('/v1/curated/:id', {
    ...withWrite, config: { audit: 'curated.change' },
    schema: {
      tags: ['curated'],
      summary: 'Change a curated answer, or confirm it',
      description: 'Fields that are absent stay. A change, also an empty one, says that the answer was read: it is no longer stale.',
      params: CuratedPath,
      body: Type.Object({
        ...Company, question: Type.Optional(question), answer: Type.Optional(answer), variants: Type.Optional(variants),
        index: Type.Optional(index), url: Type.Optional(url), access: Type.Optional(access),
      }, closed),
      response: { 200: Curated, ...problems },
    },
  }, async request => {
    const { company_id, access, ...changes } = request.body
    const { company, profile } = await partsOf(app, request, company_id)
    return await app.changeCurated(company, request.params.id, async () => {
      const { hits, lastHitAt, ...before } = await known(app, company, request.params.id)
      const entry = { ...before, ...changes, ...(access === undefined ? {} : { access: readReaders(access) }) }
      checkTexts([entry.question, entry.answer, entry.url, ...entry.variants])
      const { documents } = await documentsOf(app, company, entry.index)
      await replaceEntry(documents, profile, before.id, entry, before, async written => {
        const sources = await sourcesNow(documents, company, before.sources.map(({ id }) => id))
        await app.curated.put(company, { ...entry, sources, documents: written, changedAt: Date.now() })
      })
      return toJson(createStaleCheck(documents, company), await known(app, company, before.id))
    })
  })

  app.delete('/v1/curated/:id', {
    ...withWrite, config: { audit: 'curated.remove' },
    schema: {
      tags: ['curated'], summary: 'Remove a curated answer with its documents', params: CuratedPath, querystring: CompanyQuery,
      response: { 204: Type.Null({ description: 'Removed' }), ...problems },
    },
  }, async (request, reply) => {
    const { company, documents } = await partsOf(app, request, request.query.company_id)
    const { id } = request.params
    const isRemoved = await app.changeCurated(company, id, () => removeCurated({ curated: app.curated, documents }, company, id))
    if (!isRemoved) throw coded('CURATED_NOT_FOUND')
    return reply.code(204).send(null)
  })
}

export default routes

async function partsOf (app: FastifyInstance, request: FastifyRequest, named: string | undefined) {
  const company = companyOf(request, named)
  return { company, ...await documentsOf(app, company) }
}

async function known ({ curated }: FastifyInstance, company: string, id: string): Promise<StoredCurated> {
  const found = await curated.get(company, id)
  if (!found) throw coded('CURATED_NOT_FOUND')
  return found
}

/** Returns the question and the sources of an answer that was given lately, or rated. */
async function correctedAnswer (
  { givenAnswers, feedback }: FastifyInstance, company: string, answerId: string,
): Promise<{ answerId: string, question: string, sources: string[] }> {
  const given = givenAnswers.find(company, answerId) ?? (await feedback?.list(company, { answerId }, { limit: 1 }))?.[0]
  if (!given) throw coded('ANSWER_NOT_FOUND', 'Give the "question" instead.')
  return { answerId, question: maskPersonalData(given.question), sources: given.sources }
}

/** Returns `<index>/<document's id>` of a passage. */
function documentIn (passage: string): string {
  const { index, id } = documentOf(passage)
  return `${index}/${id}`
}

async function toJson (
  changedSources: ReturnType<typeof createStaleCheck>, { sources, gap, lastHitAt, createdAt, changedAt, ...rest }: StoredCurated,
) {
  const changed = await changedSources({ sources })
  const iso = (ms: number) => new Date(ms).toISOString()
  return {
    ...rest,
    gap: gap === '' ? null : gap,
    last_hit_at: lastHitAt === 0 ? null : iso(lastHitAt),
    stale: changed.length > 0,
    changed_sources: changed,
    created_at: iso(createdAt),
    changed_at: iso(changedAt),
  }
}
