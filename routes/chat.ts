// POST /chat, and an answer by its id: resume, stop.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import type { Reader } from '../src/answers/answers.ts'
import { coded } from '../src/errors.ts'
import type { AnswerEvent } from '../src/types.ts'
import { sseEncoder } from '../src/wire/sse.ts'
import { companyOf, sendStream, tenantOf, wholeAnswer } from './asking.ts'
import { ChatBody, CompanyId, errorResponse, streamResponse } from './schemas.ts'

const AnswerPath = Type.Object({ answer_id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) })
const AnswerQuery = Type.Object({ company_id: Type.Optional(CompanyId) }, { additionalProperties: false })

const nothing = (description: string) => Type.Null({ description })

const routes: FastifyPluginAsyncTypebox = async app => {
  app.post('/chat', {
    ...app.authorize('chat'),
    config: app.questionLimit(({ body }) => (body as Static<typeof ChatBody>).user_id),
    schema: {
      tags: ['chat'],
      summary: 'Ask a question',
      body: ChatBody,
      response: {
        200: streamResponse,
        400: errorResponse('The body is not as it should be'),
        401: errorResponse('No key, or one that does not work'),
        403: errorResponse('The key may not do this, or belongs to another company'),
        404: errorResponse('No such company'),
        413: errorResponse('The body is too large'),
        415: errorResponse('The body is not JSON'),
        429: errorResponse('Too many questions'),
        503: errorResponse('Overloaded, or a part is missing; try again'),
      },
    },
    // The schema says it for the OpenAPI document; what is sent is made by the encoder.
    serializerCompiler: () => data => JSON.stringify(data),
  }, async (request, reply) => {
    const { company_id, user_id: user, conversation_id: conversation, max_tokens: maxTokens, stream, ...rest } = request.body
    const reader = await app.ask({ ...rest, company: companyOf(request, company_id), user, conversation, maxTokens })
    return wantsStream(request, stream) ? sendStream(app, reply, reader, sseEncoder) : sendWhole(reply, reader)
  })

  app.get('/chat/:answer_id', {
    ...app.authorize('chat'),
    // Fastify's HEAD would read the whole answer, and keep it going, for a client who sees none of it.
    exposeHeadRoute: false,
    schema: {
      tags: ['chat'],
      summary: 'Join or resume an answer',
      description: 'With `Last-Event-ID: <answer_id>.<n>` it goes on after that event. 204: there is nothing after it.',
      params: AnswerPath,
      querystring: AnswerQuery,
      response: { 200: streamResponse, 204: nothing('There is nothing after Last-Event-ID'), 401: errorResponse('No key, or one that does not work'), 403: errorResponse('The key belongs to another company'), 404: errorResponse('No such answer, or it is no longer kept') },
    },
    serializerCompiler: () => data => JSON.stringify(data),
  }, async (request, reply) => {
    const { answer_id: id } = request.params
    const from = resumeAt(request.headers['last-event-id'], id)
    const reader = await app.answers.join(tenantOf(request, request.query.company_id), id, from)
    if (!reader) throw coded('ANSWER_NOT_FOUND')
    if (wantsStream(request, undefined)) {
      // The client learns that it has been joined, also when the next event takes its time.
      if (!reader.ended) reply.raw.once('pipe', () => reply.raw.flushHeaders())
      if (!reader.exhausted) return sendStream(app, reply, reader, sseEncoder)
      // An EventSource stops reconnecting on 204.
      reader.close()
      return reply.code(204).send(null)
    }
    return sendWhole(reply, reader)
  })

  app.delete('/chat/:answer_id', {
    ...app.authorize('chat'),
    schema: {
      tags: ['chat'],
      summary: 'Stop an answer',
      description: 'Its readers get `finish` with `stopped`.',
      params: AnswerPath,
      querystring: AnswerQuery,
      response: { 204: nothing('Stopped, or it had ended already'), 401: errorResponse('No key, or one that does not work'), 403: errorResponse('The key belongs to another company'), 404: errorResponse('No such answer') },
    },
  }, async (request, reply) => {
    if (!await app.answers.stop(tenantOf(request, request.query.company_id), request.params.answer_id)) throw coded('ANSWER_NOT_FOUND')
    return reply.code(204).send(null)
  })

  async function sendWhole (reply: FastifyReply, reader: Reader) {
    const events = await wholeAnswer(reply, reader)
    return reply.header('x-answer-id', reader.answerId).header('cache-control', 'no-store').send(collect(events))
  }
}

export default routes

function wantsStream ({ headers }: FastifyRequest, stream: boolean | undefined): boolean {
  const accept = headers.accept ?? ''
  return stream !== false && (!accept.includes('application/json') || accept.includes('text/event-stream'))
}

/** The first event that a client lacks, by the last one that it has seen. */
function resumeAt (lastEventId: string | string[] | undefined, answerId: string): number {
  if (lastEventId === undefined || lastEventId === '') return 0
  const [, id, n] = /^([^.]+)\.(\d{1,9})$/.exec(String(lastEventId)) ?? []
  if (id !== answerId) throw coded('INVALID_EVENT_ID', `It looks like ${answerId}.12`)
  return Number(n) + 1
}

/** The events of an answer that has ended well, as one object. */
function collect (events: AnswerEvent[]) {
  let answer = ''
  const parts: Record<string, unknown> = { sources: [] }
  for (const event of events) {
    if (event.type === 'delta') answer += event.text
    else Object.assign(parts, event)
  }
  const { type, ...rest } = parts
  return { ...rest, answer: answer.trim() }
}
