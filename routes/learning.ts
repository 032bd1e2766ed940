// Learning: a company's own weights are fitted to what is known of its answers, listed, and taken back.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { coded } from '../src/errors.ts'
import { casesOfSet } from '../src/learning/cases.ts'
import { learningVerdicts, type LearningVerdict } from '../src/learning/report.ts'
import type { StoredVersion } from '../src/learning/store.ts'
import { checkTexts } from '../src/whole-text.ts'
import { errorResponse } from '../src/wire/schemas.ts'
import { companyOf } from './answering.ts'
import { profileOf } from './companies.ts'
import { Company, CompanyQuery } from './company-documents.ts'

const number = (description: string) => Type.Number({ description })
const Change = Type.Object({
  n: Type.Integer({ description: 'Cases' }), before: Type.Number(), after: Type.Number(),
  low: number('The 95 % interval of the difference'), high: Type.Number(),
})
const Compared = Type.Union([
  Type.Object({
    points: { ...Change, description: 'The mean of the two: what decides' },
    mrr: { ...Change, description: 'Mean reciprocal rank of right passages' },
    answers: { ...Change, description: 'Answers from a right passage, half where it is cited second; or right refusals' },
  }),
  Type.Null(),
])
const Version = Type.Object({
  id: Type.String(),
  in_use: Type.Boolean(),
  proven: Type.Boolean({ description: 'Better on the company\'s held-out cases, no worse on the anchors: it may be used' }),
  replaced: Type.Union([Type.String(), Type.Null()], { description: 'What was in use before it; null = the shipped weights' }),
  created_at: Type.String({ format: 'date-time' }),
  weights: Type.Object({
    similarity: number('Added to the weight of the similarity against the keyword score'),
    title: number('The weight of titles is multiplied by e to this power'),
    ngram: number('The same of n-grams'),
    indexes: Type.Record(Type.String(), Type.Number(), { description: 'Added to the scores of an index' }),
    floor: number('Above 0 more is refused'),
    units: Type.Record(Type.String(), Type.Number(), { description: 'Added to the weights of sentences and facts' }),
  }, { description: 'Offsets from the shipped weights' }),
  report: Type.Object({
    verdict: Type.Unsafe<LearningVerdict>({ type: 'string', enum: learningVerdicts }),
    cases: Type.Object({ feedback: Type.Integer(), curated: Type.Integer(), set: Type.Integer() }),
    held_out: Compared,
    anchors: Compared,
    step: number('How much of the fitted step was taken'),
    seed: Type.Integer(),
    ms: Type.Integer(),
  }),
})
const Run = Type.Object({
  id: Type.String({ description: 'That of the version that it makes' }),
  started_at: Type.String({ format: 'date-time' }),
  done: Type.Integer(),
  total: Type.Integer(),
})
const InUse = Type.Union([Type.String(), Type.Null()], { description: 'The version in use; null = the shipped weights' })
const Case = Type.Object({
  question: Type.String({ minLength: 1, maxLength: 4000 }),
  answers: Type.Optional(Type.Array(Type.String({ maxLength: 8000 }), { maxItems: 50 })),
  sources: Type.Optional(Type.Array(Type.String({ maxLength: 600 }), {
    maxItems: 50, description: 'Documents that answer: `<index>/<id>`, or an id',
  })),
  answerable: Type.Optional(Type.Boolean({ description: '`false`: the right answer is that there is none' })),
}, { additionalProperties: false })

const problems = {
  400: errorResponse('The request is invalid'),
  401: errorResponse('The key is missing or not valid'),
  403: errorResponse('The key lacks the scope `admin`, or belongs to another company'),
  404: errorResponse('Unknown company or version'),
  503: errorResponse('What was learnt cannot be read or written. Try again'),
}
const closed = { additionalProperties: false }

const routes: FastifyPluginAsyncTypebox = async app => {
  const withAdmin = app.authorize('admin')

  app.get('/v1/learning', {
    ...withAdmin,
    exposeHeadRoute: false,
    schema: {
      tags: ['learning'],
      summary: 'List what a company has learnt, the newest first, and what is running',
      querystring: CompanyQuery,
      response: {
        200: Type.Object({
          in_use: InUse,
          running: Type.Union([Run, Type.Null()]),
          failure: Type.Union([Type.String(), Type.Null()], { description: 'Why the last run broke off' }),
          data: Type.Array(Version),
        }),
        ...problems,
      },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const { id } = await companyIn(app, request, request.query.company_id)
    // Before the list: a run that ends in between is in it.
    const running = app.learning.running()
    const versions = await app.learningStore.list(id)
    return {
      in_use: versions.find(({ isUsed }) => isUsed)?.id ?? null,
      running: running?.company === id ? toRun(running) : null,
      failure: app.learning.failure(id),
      data: versions.map(toJson),
    }
  })

  app.post('/v1/learning', {
    ...withAdmin,
    config: { audit: 'learning.start' },
    bodyLimit: app.config.MAX_MESSAGES_BYTES,
    schema: {
      tags: ['learning'],
      summary: 'Learn from feedback, curated answers and cases of your own',
      description: 'Runs in the background: `GET /v1/learning` shows how far it is, and its version with the report. The version is put ' +
        'into use only when the company\'s own held-out cases are surely better and the anchors no worse.',
      body: Type.Object({
        ...Company,
        dry_run: Type.Optional(Type.Boolean({ description: 'Put nothing into use' })),
        seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e9, description: 'Of the folds; 1 when absent' })),
        cases: Type.Optional(Type.Array(Case, { maxItems: 1000, description: 'Questions of a set of your own' })),
      }, closed),
      response: { 202: Run, 409: errorResponse('Another run is not finished'), ...problems },
    },
  }, async (request, reply) => {
    const { company_id, dry_run = false, seed = 1, cases = [] } = request.body
    const company = await companyIn(app, request, company_id)
    checkTexts(cases.flatMap(({ question, answers = [], sources = [] }) => [question, ...answers, ...sources]))
    const run = app.learning.start(company, {
      cases: casesOfSet(cases.map(({ question, answers = [], sources = [], answerable = true }) =>
        ({ question, answers, sources, answerable }))),
      isDry: dry_run,
      seed,
    })
    request.changed = run.id
    return reply.code(202).send(toRun(run))
  })

  app.post('/v1/learning/rollback', {
    ...withAdmin,
    config: { audit: 'learning.rollback' },
    schema: {
      tags: ['learning'],
      summary: 'Put the weights from before back into use, or any proven version',
      body: Type.Object({
        ...Company,
        version: Type.Optional(Type.Union([Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }), Type.Null()], {
          description: 'A proven version; null = the shipped weights; what the version in use replaced when absent',
        })),
      }, closed),
      response: { 200: Type.Object({ in_use: InUse }), ...problems },
    },
  }, async request => {
    const { id } = await companyIn(app, request, request.body.company_id)
    const versions = await app.learningStore.list(id)
    const used = versions.find(({ isUsed }) => isUsed)
    const { version } = request.body
    if (version === undefined && !used) throw coded('VERSION_NOT_FOUND', 'The shipped weights are in use.')
    const before = versions.find(({ id }) => id === used?.replaced)?.id ?? null
    const target = version === undefined ? before : version
    await app.learning.use(id, target)
    request.changed = target ?? 'shipped'
    return { in_use: target }
  })
}

export default routes

async function companyIn (app: FastifyInstance, request: FastifyRequest, named: string | undefined) {
  return await profileOf(app, companyOf(request, named))
}

function toRun ({ id, startedAt, done, total }: { id: string, startedAt: number, done: number, total: number }) {
  return { id, started_at: new Date(startedAt).toISOString(), done, total }
}

function toJson ({ id, isUsed, isProven, replaced, createdAt, weights, report: { heldOut, ...report } }: StoredVersion) {
  return {
    id, in_use: isUsed, proven: isProven, replaced, created_at: new Date(createdAt).toISOString(), weights,
    report: { ...report, held_out: heldOut },
  }
}
