// /chat/{answer_id}: joins, resumes or stops an answer.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { coded } from '../src/errors.ts'
import { chatResponse, nativeFormat } from '../src/wire/native/format.ts'
import { CompanyId, QueryGroups, errorResponse } from '../src/wire/schemas.ts'
import { mayRead, namesIn, sendStream, sendWhole, tenantOf } from './answering.ts'
import { lastEventIdOf } from './resuming.ts'

const AnswerPath = Type.Object({ answer_id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) })
const answerQuery = {
  company_id: Type.Optional(CompanyId),
  user_id: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'The user who reads, or stops, the answer' })),
  groups: Type.Optional(QueryGroups),
}
const StopQuery = Type.Object(answerQuery, { additionalProperties: false })
const ResumeQuery = Type.Object({
  ...answerQuery,
  lastEventId: Type.Optional(Type.String({ maxLength: 128, description: 'Counts as the header `Last-Event-ID` where that is missing' })),
}, { additionalProperties: false })

const nothing = (description: string) => Type.Null({ description })
const refusals = {
  401: errorResponse('The key is missing or not valid'),
  403: errorResponse('The key belongs to another company'),
}

const routes: FastifyPluginAsyncTypebox = async app => {
  app.get(
    '/chat/:answer_id',
    {
      ...app.authorize('chat'),
      // Fastify's HEAD would read the whole answer, and keep it running, for a client that sees none of it.
      exposeHeadRoute: false,
      schema: {
        tags: ['chat'],
        summary: 'Join or resume an answer',
        description:
          'Continues after the event `Last-Event-ID: <answer_id>.<n>`. 204 when nothing follows it. An answer that may rest on documents ' +
          'with an access list is for those who may see the same ones: a key names them by `user_id` and `groups`, as for the question.',
        params: AnswerPath,
        querystring: ResumeQuery,
        response: {
          200: chatResponse,
          204: nothing('Nothing follows Last-Event-ID'),
          ...refusals,
          404: errorResponse('Unknown answer, or no longer stored'),
        },
      },
      serializerCompiler: () => data => JSON.stringify(data),
    },
    async (request, reply) => {
      const { answer_id: id } = request.params
      const firstEvent = eventAfter(lastEventIdOf(request), id)
      const { company_id, user_id: user, groups } = request.query
      const company = tenantOf(request, company_id)
      if (!await mayRead(app, company, id, () => namesIn(request, { user, groups }))) throw coded('ANSWER_NOT_FOUND')
      const reader = await app.answers.join(company, id, firstEvent, user)
      if (!reader) throw coded('ANSWER_NOT_FOUND')
      const asked = { headers: request.headers, query: request.query, body: undefined }
      const encoder = nativeFormat.encoderFor(asked, id)
      if (!encoder) return sendWhole(asked, reply, reader, nativeFormat)
      if (!reader.isExhausted()) return sendStream(app, reply, reader, nativeFormat, encoder)
      // An EventSource stops reconnecting on 204.
      reader.close()
      return reply.code(204).send(null)
    }
  )

  app.delete('/chat/:answer_id', {
    ...app.authorize('chat'),
    schema: {
      tags: ['chat'],
      summary: 'Stop an answer',
      description:
        'Its readers receive `finish` with `stopped`. An answer that several users share goes on for the others: `user_id` says who ' +
        'stops. Without it, such an answer is not stopped.',
      params: AnswerPath,
      querystring: StopQuery,
      response: { 204: nothing('Stopped, or already ended'), ...refusals, 404: errorResponse('Unknown answer') },
    },
  }, async (request, reply) => {
    const { company_id, user_id } = request.query
    if (!await app.answers.stop(tenantOf(request, company_id), request.params.answer_id, user_id)) throw coded('ANSWER_NOT_FOUND')
    return reply.code(204).send(null)
  })
}

export default routes

/** Returns the first event that a client lacks, from the last one that it has seen. */
function eventAfter (lastEventId: string, answerId: string): number {
  if (lastEventId === '') return 0
  const [, id, n] = /^([^.]+)\.(\d{1,9})$/.exec(lastEventId) ?? []
  if (id !== answerId) throw coded('INVALID_EVENT_ID', `It looks like ${answerId}.12`)
  return Number(n) + 1
}
