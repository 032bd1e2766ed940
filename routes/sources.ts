// /v1/sources: which folders and web pages a company's indexes are kept in sync with, as the commands that do so report.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { coded, unknownIndex } from '../src/errors.ts'
import { isOverdue, sourceKinds, sourceStates, type SourceReport, type StoredSource } from '../src/sources/store.ts'
import { checkTexts } from '../src/whole-text.ts'
import { errorResponse } from '../src/wire/schemas.ts'
import { companyOf } from './answering.ts'
import { profileOf } from './companies.ts'
import { Company, CompanyQuery, refused } from './company-documents.ts'

const count = (description: string) => Type.Integer({ minimum: 0, maximum: 1e12, description })
const report = {
  kind: Type.Unsafe<SourceReport['kind']>({ type: 'string', enum: [...sourceKinds] }),
  index: Type.String({ minLength: 1, maxLength: 64 }),
  place: Type.String({ minLength: 1, maxLength: 2000, description: 'The folder, or the addresses that it begins with' }),
  state: Type.Unsafe<SourceReport['state']>({
    type: 'string', enum: [...sourceStates], description: '`waiting`: between two crawls. `following`: a folder is watched',
  }),
  changed: count('New or changed pages or files that were sent'),
  unchanged: count('Those that were known'),
  gone: count('Those that were removed'),
  failed: count('Those that could not be read, or were rejected'),
  problems: Type.Array(Type.String({ maxLength: 1000 }), { maxItems: 20, description: 'Some of what failed, and why' }),
  next_in_seconds: Type.Union([Type.Integer({ minimum: 1, maximum: 2_592_000 }), Type.Null()], {
    description: 'Within this time it reports again; null = it does not say',
  }),
}
const Source = Type.Object({
  id: Type.String(), ...report,
  reported_at: Type.String({ format: 'date-time' }),
  overdue: Type.Boolean({ description: 'It should have reported again, and has not: it may have ended' }),
})
const SourcePath = Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) })
const problems = {
  ...refused, 404: errorResponse('Unknown company or source'), 503: errorResponse('The sources cannot be read or written. Try again'),
}
const closed = { additionalProperties: false }

const routes: FastifyPluginAsyncTypebox = async app => {
  const withWrite = app.authorize('write')

  app.get('/v1/sources', {
    ...withWrite,
    exposeHeadRoute: false,
    schema: {
      tags: ['documents'],
      summary: 'List the folders and web pages that indexes are kept in sync with',
      description: 'What `causerie crawl` and `causerie watch` last reported, to any instance, the newest first; at most 100.',
      querystring: CompanyQuery,
      response: { 200: Type.Object({ data: Type.Array(Source) }), ...problems },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const company = companyOf(request, request.query.company_id)
    await profileOf(app, company)
    const now = app.clock()
    return { data: (await app.sources.list(company)).map(source => toJson(source, now)) }
  })

  app.put('/v1/sources/:id', {
    ...withWrite,
    schema: {
      tags: ['documents'],
      summary: 'Report the state of a source',
      description: 'For programs that keep an index in sync, as `causerie crawl` and `causerie watch` do.',
      params: SourcePath,
      body: Type.Object({ ...Company, ...report }, closed),
      response: { 200: Source, ...problems },
    },
  }, async request => {
    const { company_id, next_in_seconds: nextInSeconds, ...rest } = request.body
    const company = companyOf(request, company_id)
    const { indexes } = await profileOf(app, company)
    if (!Object.hasOwn(indexes, rest.index)) throw unknownIndex(indexes)
    checkTexts([rest.place, ...rest.problems])
    const source = { ...rest, id: request.params.id, nextInSeconds, at: app.clock() }
    await app.sources.put(company, source)
    return toJson(source, source.at)
  })

  app.delete('/v1/sources/:id', {
    ...withWrite,
    config: { audit: 'source.forget' },
    schema: {
      tags: ['documents'],
      summary: 'Forget a source',
      description: 'Its documents stay. A command that still runs reports again.',
      params: SourcePath,
      querystring: CompanyQuery,
      response: { 204: Type.Null({ description: 'Forgotten' }), ...problems },
    },
  }, async (request, reply) => {
    const company = companyOf(request, request.query.company_id)
    await profileOf(app, company)
    if (!await app.sources.remove(company, request.params.id)) throw coded('SOURCE_NOT_FOUND')
    return reply.code(204).send(null)
  })
}

export default routes

function toJson (source: StoredSource, now: number) {
  const { at, nextInSeconds, ...rest } = source
  return {
    ...rest, problems: [...rest.problems], next_in_seconds: nextInSeconds, reported_at: new Date(at).toISOString(),
    overdue: isOverdue(source, now),
  }
}
