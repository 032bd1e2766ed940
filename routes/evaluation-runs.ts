// Evaluations that the service runs itself: started with a set of questions, watched and cancelled; one of a company at a time.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { unlessAborted } from '../src/async/signals.ts'
import { CodedError, coded } from '../src/errors.ts'
import type { EvalCase, Observed } from '../src/evaluation/case.ts'
import { depth, isOfQuestion, observe, type ChatReply } from '../src/evaluation/observe.ts'
import { SetError, readSet, type EvalSet } from '../src/evaluation/read-set.ts'
import type { RunProgress } from '../src/evaluation/runner.ts'
import { encodeWhole } from '../src/wire/native/encoder.ts'
import { errorResponse } from '../src/wire/schemas.ts'
import { knownCompany } from './companies.ts'
import { Company, CompanyQuery, refused } from './company-documents.ts'

const maxQuestions = 1000
const Progress = Type.Object({
  set: Type.String(),
  state: Type.Unsafe<RunProgress['state']>({ type: 'string', enum: ['running', 'done', 'failed'] }),
  done: Type.Integer({ description: 'Questions that were asked' }),
  total: Type.Integer(),
  started_at: Type.String({ format: 'date-time' }),
  id: Type.Optional(Type.String({ description: 'The run in the history, once it is done' })),
  message: Type.Optional(Type.String({ description: 'Why it failed' })),
})
const problems = { ...refused, 404: errorResponse('Unknown company') }
const closed = { additionalProperties: false }

const routes: FastifyPluginAsyncTypebox = async app => {
  const withWrite = app.authorize('write')

  app.post('/v1/evaluations/running', {
    ...withWrite,
    config: { audit: 'evaluation.start' },
    bodyLimit: app.config.MAX_MESSAGES_BYTES,
    schema: {
      tags: ['evaluations'],
      summary: 'Run an evaluation in the service',
      description: 'Asks the questions of a set, two at a time, as everybody may ask them, and keeps the run. A language model is paid ' +
        `for as usual. At most ${maxQuestions} questions; one run of a company at a time, and companies take turns. \`causerie eval\` ` +
        'has more.',
      body: Type.Object({
        ...Company,
        name: Type.String({ minLength: 1, maxLength: 200, description: 'The name of the set; its ending tells CSV and JSON lines' }),
        set: Type.String({ minLength: 1, description: 'The set itself: CSV, JSON, JSON lines, SQuAD or a golden set' }),
      }, closed),
      response: { 202: Progress, ...problems, 409: errorResponse('One of this company is running already, or many others are') },
    },
  }, async (request, reply) => {
    const company = await knownCompany(app, request, request.body.company_id)
    const { cases } = readGiven(request.body.set, request.body.name)
    const about = { set: request.body.name, service: 'the service itself', model: app.model.name }
    const progress = app.evaluationRunner.start(company, about, cases, createAsk(app, company, request))
    return reply.code(202).send(toJson(progress))
  })

  app.get('/v1/evaluations/running', {
    ...withWrite,
    exposeHeadRoute: false,
    schema: {
      tags: ['evaluations'],
      summary: 'Show the last run that this instance began',
      querystring: CompanyQuery,
      response: { 200: Type.Object({ data: Type.Union([Progress, Type.Null()]) }), ...problems },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const company = await knownCompany(app, request, request.query.company_id)
    const progress = app.evaluationRunner.progressOf(company)
    return { data: progress && toJson(progress) }
  })

  app.delete('/v1/evaluations/running', {
    ...withWrite,
    config: { audit: 'evaluation.cancel' },
    schema: {
      tags: ['evaluations'], summary: 'Cancel a run that the service makes', querystring: CompanyQuery,
      response: { 204: Type.Null({ description: 'Cancelled, or there was none' }), ...problems },
    },
  }, async (request, reply) => {
    app.evaluationRunner.cancel(await knownCompany(app, request, request.query.company_id))
    return reply.code(204).send(null)
  })
}

export default routes

function toJson ({ startedAt, ...progress }: RunProgress) {
  return { ...progress, started_at: startedAt.toISOString() }
}

/** Reads a set. Throws INVALID_BODY. */
function readGiven (text: string, name: string): EvalSet {
  try {
    const set = readSet(text, name)
    if (set.cases.length <= maxQuestions) return set
  } catch (error) {
    if (error instanceof SetError) throw coded('INVALID_BODY', error.message)
    throw error
  }
  throw coded('INVALID_BODY', `The set has more than ${maxQuestions} questions: use causerie eval.`)
}

/** Returns what asks one question as everybody may ask it, without leaving a trace. */
function createAsk (app: FastifyInstance, company: string, request: FastifyRequest) {
  const { keyId } = request.principal
  let asked = 0
  return async ({ question: message }: EvalCase, signal: AbortSignal): Promise<Observed> => {
    const user = `evaluation-${asked++}`
    const search = { company, message, names: [], limit: depth, explain: true, showMessages: false, signal }
    const found = await attempt(() => app.searchPassages(search))
    const since = performance.now()
    const reply = await attempt(async () => {
      const reader = await app.ask({ company, message, user, names: [], keyId, fresh: true, isUnrecorded: true, web: false })
      const events = await unlessAborted(reader.all(), signal).finally(reader.close)
      const last = events.at(-1)!
      if (last.type === 'error') return { code: last.code, message: last.message }
      return encodeWhole(reader.answerId, events) as ChatReply
    })
    return observe(reply, found, performance.now() - since)
  }
}

/** Returns the error of one question; throws any other. */
async function attempt<T> (work: () => Promise<T>): Promise<T | CodedError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CodedError && isOfQuestion(error)) return error
    throw error
  }
}
