// /v1/users/{user_id}: erases what is kept of a user of a company, and exports it.
import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { checkTexts } from '../src/whole-text.ts'
import { CompanyId, errorResponse } from '../src/wire/schemas.ts'
import { companyOf } from './answering.ts'
import { profileOf } from './companies.ts'

const params = Type.Object({
  user_id: Type.String({ minLength: 1, maxLength: 256, description: 'As questions name the user, or the `sub` of tokens' }),
})
const querystring = Type.Object({
  company_id: Type.Optional(Type.String({ ...CompanyId, description: "The key's company when absent" })),
}, { additionalProperties: false })
const Receipt = Type.Object({
  company_id: Type.String(),
  user_id: Type.String(),
  erased_at: Type.String({ format: 'date-time' }),
  erased: Type.Array(Type.Object({ what: Type.String(), where: Type.String(), count: Type.Integer() }), {
    description: 'Every part that keeps something about users, also where there was nothing',
  }),
})
const refusals = {
  400: errorResponse('The request is invalid'),
  401: errorResponse('The key is missing or not valid'),
  403: errorResponse('The key may not do this, or belongs to another company'),
  404: errorResponse('Unknown company'),
  503: errorResponse('Something is left, or cannot be read at the moment. Send the same request again'),
}

const routes: FastifyPluginAsyncTypebox = async app => {
  const withAdmin = app.authorize('admin')

  app.delete('/v1/users/:user_id', {
    ...withAdmin,
    config: { audit: 'user.erase' },
    schema: {
      tags: ['companies'],
      summary: 'Erase everything that is kept of a user',
      description:
        'Conversations, kept answers to their questions, ratings, and questions without a good answer, in every back end and in what ' +
        'deleted rows have left in files. The response is a receipt. With `ERASURE_INCOMPLETE` something is left: send it again.',
      params,
      querystring,
      response: { 200: Receipt, ...refusals },
    },
  }, async (request, reply) => {
    const { id: company } = await profileOf(app, companyOf(request, request.query.company_id))
    const user = checkUser(request.params.user_id)
    const { at, erased } = await app.eraseUser({ company, user })
    reply.header('cache-control', 'no-store')
    request.log.info({ company_id: company, key: request.principal.keyId }, 'user erased')
    return { company_id: company, user_id: user, erased_at: at, erased }
  })

  app.get('/v1/users/:user_id/export', {
    ...withAdmin,
    exposeHeadRoute: false,
    schema: {
      tags: ['companies'],
      summary: 'Export everything that is kept of a user, as lines of JSON',
      description: 'Each line names its `type`. A line of the type `error` says that the export has broken off.',
      params,
      querystring,
      response: {
        200: { description: 'One thing a line', content: { 'application/x-ndjson': { schema: { type: 'string' } } } }, ...refusals,
      },
    },
  }, async (request, reply) => {
    const { id: company } = await profileOf(app, companyOf(request, request.query.company_id))
    const lines = linesOf(app.exportUser({ company, user: checkUser(request.params.user_id) }))
    // Read before anything is sent, so that an error has its status.
    const first = await lines.next()
    reply.headers({ 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' })
    return reply.send(Readable.from(begunWith(first, lines)) as never)
  })
}

export default routes

function checkUser (user: string): string {
  checkTexts([user])
  return user
}

async function * linesOf (things: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const thing of things) yield `${JSON.stringify(thing)}\n`
}

/** Yields the first line and the others. An error in between becomes the last line, since the status has been sent. */
async function * begunWith (first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first.done) return
  yield first.value
  try {
    yield * rest
  } catch (error) {
    const { code = 'INTERNAL', message = '' } = error as { code?: string, message?: string }
    yield `${JSON.stringify({ type: 'error', code, message: code === 'INTERNAL' ? '' : message })}\n`
  }
}
