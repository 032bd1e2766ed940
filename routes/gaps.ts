// Gaps: what customers asked in vain, grouped; operators close, dismiss, assign and merge them.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { closeGap } from '../src/chat/close-gap.ts'
import { mergeGap } from '../src/chat/merge-gap.ts'
import { accessOfGap, entryIndex, explainGap, maxVariants, variantsOf } from '../src/chat/explain-gap.ts'
import { settlesWithin } from '../src/async/signals.ts'
import { coded } from '../src/errors.ts'
import { gapStatuses, type GapChange, type GapStatus, type GapStore, type GapSummary } from '../src/gaps/store.ts'
import { maskPersonalData, maskWithin } from '../src/language/mask.ts'
import { fitPage } from '../src/page-size.ts'
import type { CompanyProfile } from '../src/types.ts'
import { checkTexts } from '../src/whole-text.ts'
import { errorResponse } from '../src/wire/schemas.ts'
import { companyOf, goneSignal } from './answering.ts'
import { profileOf } from './companies.ts'
import { Company, CompanyQuery, documentsOf, readReaders, refused } from './company-documents.ts'
import { Gap, GapDetail, toJson, TopQuestion } from './gap-schemas.ts'

const longestAnswer = 8000
const longestQuestion = 500
const longestReason = 500
const shownExamples = 30
/** The longest wait for questions that are being sorted. */
const flushMs = 3000
const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description })
const GapPath = Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) })
const problems = {
  ...refused, 404: errorResponse('Unknown company or gap'), 503: errorResponse('The gaps cannot be read or written. Try again'),
}
const closed = { additionalProperties: false }

const routes: FastifyPluginAsyncTypebox = async app => {
  const withWrite = app.authorize('write')

  app.get('/v1/gaps', {
    ...withWrite,
    exposeHeadRoute: false,
    schema: {
      tags: ['gaps'],
      summary: 'List what customers asked in vain, what most people asked first',
      querystring: Type.Object({
        ...Company,
        status: Type.Optional(Type.Unsafe<GapStatus | 'all'>({
          type: 'string', enum: [...gapStatuses, 'all'], description: '`open` when absent',
        })),
        assignee: Type.Optional(Type.String({ maxLength: 100, description: 'Only those of one person; empty = of no one' })),
        after: Type.Optional(Type.String({ pattern: '^\\d{1,6}$', description: '`next` of the previous page' })),
        limit: Type.Optional(Type.String({ pattern: '^([1-9]\\d?|100)$', description: 'Gaps per page, 1 to 100; 50 when absent' })),
      }, closed),
      response: {
        200: Type.Object({
          data: Type.Array(Gap),
          next: Type.Union([Type.String(), Type.Null()], { description: 'The value for `after`; null on the last page' }),
        }),
        ...problems,
      },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const { gaps, company } = await companyGaps(app, request, request.query.company_id)
    const { status = 'open', assignee, after = '0', limit = '50' } = request.query
    const [offset, most] = [Number(after), Number(limit)]
    const filter = { assignee, ...(status === 'all' ? {} : { status }) }
    const found = await gaps.list(company, filter, { offset, limit: most + 1 })
    const data = fitPage(found.slice(0, most).map(toJson))
    return { data, next: found.length > data.length ? String(offset + data.length) : null }
  })

  app.get('/v1/gaps/:id', {
    ...withWrite,
    exposeHeadRoute: false,
    schema: {
      tags: ['gaps'],
      summary: 'Show a gap: examples, the nearest passages and why they do not answer, and a draft of an FAQ entry',
      params: GapPath,
      querystring: CompanyQuery,
      response: { 200: GapDetail, ...problems },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const found = await findGap(app, request, request.query.company_id)
    const signal = AbortSignal.any([goneSignal(reply), app.closingSignal])
    const { searchPassages, feedback, documents, questionVectors: vectors } = app
    const deps = { gaps: found.gaps, feedback, documents, searchPassages, vectors }
    return { ...toJson(found.gap), ...await explainGap(deps, found.profile, found.gap, signal) }
  })

  app.post('/v1/gaps/:id/publish', {
    ...withWrite, config: { audit: 'answer.publish' },
    schema: {
      tags: ['gaps'],
      summary: 'Close a gap with an FAQ entry',
      description: 'Writes the entry as a document, and one more with the same answer for each variant of the question; asks the ' +
        'questions of the gap again, for up to a minute, and reports how many are answered. Publishing again replaces the entry.',
      params: GapPath,
      body: Type.Object({
        ...Company,
        question: text(longestQuestion, 'The question of the entry'),
        answer: text(longestAnswer, 'The answer, as customers will read it'),
        variants: Type.Optional(Type.Array(text(longestQuestion, 'Other words for the question'), {
          maxItems: maxVariants,
          description: 'When absent, those questions of the gap that surely ask the same and do not find the entry by themselves',
        })),
        index: Type.Optional(Type.String({ maxLength: 64, description: 'That of the draft when absent' })),
        url: Type.Optional(Type.String({ maxLength: 2000, description: 'A page that says more' })),
        access: Type.Optional(Type.Union([Type.Array(Type.String({ maxLength: 310 }), { maxItems: 100 }), Type.Null()], {
          description: '`group:staff`, `user:42`: whom the entry is for; null = everyone; as before when absent, at first as in the draft',
        })),
      }, closed),
      response: {
        200: Type.Object({
          gap: Gap,
          check: Type.Object({
            asked: Type.Integer(), answered: Type.Integer({ description: 'Answered with a source' }),
            unanswered: Type.Array(Type.String(), { description: 'The questions that are still not answered' }),
          }),
        }),
        ...problems,
        422: errorResponse('The answer cannot be read as a document'),
      },
    },
  }, async (request, reply) => {
    const { company_id, question, answer, url = '' } = request.body
    const { gaps, gap, profile, company } = await findGap(app, request, company_id)
    checkTexts([question, answer, url, ...request.body.variants ?? []])
    const index = request.body.index ?? entryIndex(profile)
    const { documents } = await documentsOf(app, company, index)
    const signal = AbortSignal.any([goneSignal(reply), app.closingSignal])
    const { variants } = request.body
    const before = await app.curated.get(company, gap.id)
    const access = request.body.access === undefined
      ? before ? before.access : await accessOfGap({ gaps, feedback: app.feedback, documents }, company, gap)
      : readReaders(request.body.access)
    const candidates = variants ? [] : await variantsOf(app.questionVectors, gap, question)
    const deps = { gaps, curated: app.curated, documents, ask: app.ask, searchable: app.documentsSearchable }
    const entry = { index, question, answer, url, access, variants: variants ?? [], candidates }
    const check = await app.changeCurated(company, gap.id, () => closeGap(deps, profile, gap, entry, signal))
    return { gap: await changedGap(gaps, company, gap), check }
  })

  app.post('/v1/gaps/:id/dismiss', {
    ...withWrite, config: { audit: 'gap.dismiss' },
    schema: {
      tags: ['gaps'],
      summary: 'Dismiss a gap',
      description: 'It is no longer listed as open. Further questions are counted, and do not open it again.',
      params: GapPath,
      body: Type.Object({
        ...Company,
        reason: Type.Optional(Type.Union([text(longestReason, 'Why'), Type.Null()], {
          description: 'Why; personal data is masked. As before when absent, null = no reason',
        })),
      }, closed),
      response: { 200: Gap, ...problems },
    },
  }, async request => {
    const { company_id, reason } = request.body
    checkTexts([reason ?? ''])
    const dismissReason = reason === undefined ? undefined : maskWithin(reason ?? '', longestReason)
    return changeGap(app, request, company_id, { status: 'dismissed', dismissReason })
  })

  app.post('/v1/gaps/:id/reopen', {
    ...withWrite, config: { audit: 'gap.reopen' },
    schema: {
      tags: ['gaps'],
      summary: 'Open a gap again',
      description: 'A published entry stays.',
      params: GapPath,
      body: Type.Object(Company, closed),
      response: { 200: Gap, ...problems },
    },
  }, async request => changeGap(app, request, request.body.company_id, { status: 'open' }))

  app.post('/v1/gaps/:id/assign', {
    ...withWrite, config: { audit: 'gap.assign' },
    schema: {
      tags: ['gaps'],
      summary: 'Assign a gap to a person',
      params: GapPath,
      body: Type.Object({
        ...Company, assignee: Type.Union([Type.String({ minLength: 1, maxLength: 100 }), Type.Null()], { description: 'null = to no one' }),
      }, closed),
      response: { 200: Gap, ...problems },
    },
  }, async request => {
    checkTexts([request.body.assignee ?? ''])
    return changeGap(app, request, request.body.company_id, { assignee: request.body.assignee ?? '' })
  })

  app.post('/v1/gaps/:id/merge', {
    ...withWrite, config: { audit: 'gap.merge' },
    schema: {
      tags: ['gaps'],
      summary: 'Merge other gaps into this one',
      description: 'Their ids lead to this gap from then on, and new questions like theirs are counted here. An entry of theirs becomes ' +
        'this gap\'s where it has none: publishing again replaces it. A published gap opens when they were asked in vain later.',
      params: GapPath,
      body: Type.Object({ ...Company, from: Type.Array(GapPath.properties.id, { minItems: 1, maxItems: 20 }) }, closed),
      response: { 200: Gap, ...problems },
    },
  }, async request => {
    const { gaps, gap, company } = await findGap(app, request, request.body.company_id)
    let into = gap
    for (const id of new Set(request.body.from)) {
      if (id === gap.id) throw coded('INVALID_BODY', 'A gap cannot be merged into itself.')
      const merged = await mergeGap(gaps, company, id, into)
      if (!merged) throw coded('GAP_NOT_FOUND', `"${id}" is not a gap.`)
      into = merged
    }
    return changedGap(gaps, company, gap)
  })

  app.get('/v1/top-questions', {
    ...withWrite,
    exposeHeadRoute: false,
    schema: {
      tags: ['gaps'],
      summary: 'List the questions that customers asked most in the last 24 hours',
      description: 'Only questions that were asked at least twice; personal data is masked.',
      querystring: Type.Object({
        ...Company,
        limit: Type.Optional(Type.String({ pattern: '^([1-9]\\d?|100)$', description: '1 to 100; 20 when absent' })),
      }, closed),
      response: {
        200: Type.Object({ data: Type.Array(TopQuestion) }),
        ...problems,
      },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const company = companyOf(request, request.query.company_id)
    await profileOf(app, company)
    const top = await app.commonQuestions.top(company, Number(request.query.limit ?? 20))
    return { data: top.map(({ text, language, times }) => ({ question: maskPersonalData(text), language, times })) }
  })
}

export default routes

async function companyGaps (
  app: FastifyInstance, request: FastifyRequest, named: string | undefined,
): Promise<{ gaps: GapStore, company: string, profile: CompanyProfile }> {
  if (!app.gaps) throw coded('NOT_SUPPORTED', 'Gaps are off: GAPS_TTL_SECONDS is 0.')
  const company = companyOf(request, named)
  const profile = await profileOf(app, company)
  // What was just asked is a part of it.
  if (app.gapRecorder) await settlesWithin(flushMs, app.gapRecorder.flush())
  return { gaps: app.gaps, company, profile }
}

async function findGap (app: FastifyInstance, request: FastifyRequest, named: string | undefined) {
  const found = await companyGaps(app, request, named)
  const gap = await found.gaps.get(found.company, (request.params as { id: string }).id, shownExamples)
  if (!gap) throw coded('GAP_NOT_FOUND')
  return { ...found, gap }
}

async function changeGap (app: FastifyInstance, request: FastifyRequest, named: string | undefined, changed: GapChange) {
  const { gaps, company, gap } = await findGap(app, request, named)
  if (!await gaps.change(company, gap.id, changed)) throw coded('GAP_NOT_FOUND')
  return changedGap(gaps, company, gap)
}

/** Returns a gap as it is after a change. */
async function changedGap (gaps: GapStore, company: string, gap: GapSummary) {
  return toJson((await gaps.get(company, gap.id, shownExamples)) ?? gap)
}
