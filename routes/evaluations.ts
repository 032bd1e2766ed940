// Evaluations: the runs of `causerie eval` that a company keeps; listed, shown, compared, added and removed.
import type { FastifyInstance } from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { inSlices } from '../src/async/in-slices.ts'
import { coded } from '../src/errors.ts'
import { changesBetween, compareRuns } from '../src/evaluation/compare-runs.ts'
import { keptSteps } from '../src/evaluation/kept-report.ts'
import type { Report as WholeReport } from '../src/evaluation/report.ts'
import { newRecordId } from '../src/ids.ts'
import { summaryOf, type StoredRun } from '../src/evaluation/store.ts'
import { fitPage } from '../src/page-size.ts'
import { errorResponse } from '../src/wire/schemas.ts'
import { knownCompany } from './companies.ts'
import { Company, CompanyQuery, refused } from './company-documents.ts'
import { Report, Run, RunSummary, toJson } from './evaluation-schemas.ts'

/** What the command sends has been cut already. */
const maxReportBytes = 8_000_000
const maxChanges = 100
const idPattern = '^[A-Za-z0-9_-]{1,64}$'
const RunPath = Type.Object({ id: Type.String({ pattern: idPattern }) })
const problems = {
  ...refused, 404: errorResponse('Unknown company or evaluation'),
  503: errorResponse('The evaluations cannot be read or written. Try again'),
}
const closed = { additionalProperties: false }

const routes: FastifyPluginAsyncTypebox = async app => {
  const withWrite = app.authorize('write')

  app.get('/v1/evaluations', {
    ...withWrite,
    exposeHeadRoute: false,
    schema: {
      tags: ['evaluations'],
      summary: 'List the runs of evaluations, the newest first, page by page',
      querystring: Type.Object({
        ...Company,
        set: Type.Optional(Type.String({ maxLength: 500, description: 'Only the runs of this set' })),
        after: Type.Optional(Type.String({ pattern: '^\\d{1,15}$', description: '`next` of the previous page' })),
        limit: Type.Optional(Type.String({ pattern: '^([1-9]\\d?|100)$', description: 'Runs per page, 1 to 100; 50 when absent' })),
      }, closed),
      response: {
        200: Type.Object({
          data: Type.Array(RunSummary),
          next: Type.Union([Type.String(), Type.Null()], { description: 'The value for `after`; null on the last page' }),
        }),
        ...problems,
      },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const company = await knownCompany(app, request, request.query.company_id)
    const { set, after, limit = '50' } = request.query
    const page = { before: after === undefined ? undefined : Number(after), limit: Number(limit) + 1 }
    const found = await app.evaluations.list(company, { set }, page)
    const data = fitPage(found.slice(0, Number(limit)).map(({ id, summary }) => toJson(id, summary)))
    return { data, next: found.length > data.length ? String(found[data.length - 1]!.n) : null }
  })

  app.get('/v1/evaluations/:id', {
    ...withWrite,
    exposeHeadRoute: false,
    schema: {
      tags: ['evaluations'],
      summary: 'Show a run with its questions, and compare it with another one',
      description: 'With `against`: the differences of the figures, the cases that broke and those that were mended since.',
      params: RunPath,
      querystring: Type.Object({
        ...Company, against: Type.Optional(Type.String({ pattern: idPattern, description: 'The earlier run to compare with' })),
      }, closed),
      response: { 200: Run, ...problems },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const company = await knownCompany(app, request, request.query.company_id)
    const { id, report } = await knownRun(app, company, request.params.id)
    const { against } = request.query
    const run = toJson(id, report)
    if (against === undefined) return run
    const before = await knownRun(app, company, against)
    const { broken, mended } = changesBetween(before.report, report)
    return {
      ...run,
      comparison: {
        against: { id: before.id, set: before.report.set, made_at: before.report.made_at },
        differences: compareRuns(before.report, report),
        broken: broken.slice(0, maxChanges),
        mended: mended.slice(0, maxChanges),
      },
    }
  })

  app.post('/v1/evaluations', {
    ...withWrite,
    config: { audit: 'evaluation.add' },
    bodyLimit: maxReportBytes,
    schema: {
      tags: ['evaluations'],
      summary: 'Keep a run',
      description: 'The newest 100 runs of a company are kept. Mail addresses, phone numbers, numbers of six digits and more, and names ' +
        'that are introduced as such are masked, and long texts are cut, before anything is stored.',
      body: Type.Object({ ...Company, report: Report }, closed),
      response: { 201: RunSummary, ...problems },
    },
  }, async (request, reply) => {
    const company = await knownCompany(app, request, request.body.company_id)
    const report = await inSlices(keptSteps({ ...request.body.report as WholeReport, company }))
    const id = newRecordId('eval')
    await app.evaluations.add(company, { id, report })
    request.changed = id
    return reply.code(201).send(toJson(id, summaryOf(report)))
  })

  app.delete('/v1/evaluations/:id', {
    ...withWrite, config: { audit: 'evaluation.remove' },
    schema: {
      tags: ['evaluations'], summary: 'Remove a run', params: RunPath, querystring: CompanyQuery,
      response: { 204: Type.Null({ description: 'Removed' }), ...problems },
    },
  }, async (request, reply) => {
    const company = await knownCompany(app, request, request.query.company_id)
    if (!await app.evaluations.remove(company, request.params.id)) throw coded('EVALUATION_NOT_FOUND')
    return reply.code(204).send(null)
  })
}

export default routes

async function knownRun ({ evaluations }: FastifyInstance, company: string, id: string): Promise<StoredRun> {
  const found = await evaluations.get(company, id)
  if (!found) throw coded('EVALUATION_NOT_FOUND')
  return found
}
