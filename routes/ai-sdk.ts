// /api/chat/{id}/stream: joins or stops the running answer of a chat of the AI SDK.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import { coded } from '../src/errors.ts'
import { aiSdkFormat, uiErrorResponse, uiRefusals, uiStreamResponse } from '../src/wire/ai-sdk/format.ts'
import { conversationIdOf } from '../src/wire/ai-sdk/request.ts'
import { createAiSdkEncoder } from '../src/wire/ai-sdk/encoder.ts'
import { UiChatQuery, type UiQuery } from '../src/wire/ai-sdk/schema.ts'
import { companyOf, mayRead, namesIn, sendStream, setErrorFormat } from './answering.ts'

const ChatPath = Type.Object({ id: Type.String({ description: 'The chat\'s id' }) })

const nothing = (description: string) => Type.Null({ description })

const routes: FastifyPluginAsyncTypebox = async app => {
  setErrorFormat(app, aiSdkFormat)

  app.get('/api/chat/:id/stream', {
    ...app.authorize('chat'),
    // Fastify's HEAD would read the whole answer, and keep it running, for a client that sees none of it.
    exposeHeadRoute: false,
    schema: {
      tags: ['ai-sdk'],
      summary: 'Join the running answer of a chat, from its start',
      description: 'An answer that has ended stays at `GET /chat/{answer_id}` for a while; its id is the message\'s.',
      params: ChatPath,
      querystring: UiChatQuery,
      response: { 200: uiStreamResponse, 204: nothing('No answer is running'), ...uiRefusals },
    },
  }, async (request, reply) => {
    const { company, user, answerId } = await findLatest(request)
    const { user_id, groups } = request.query
    const isTheirs = answerId !== null && await mayRead(app, company, answerId, () => namesIn(request, { user: user_id, groups }))
    const reader = isTheirs ? await app.answers.join(company, answerId, 0, user) : null
    if (reader && !reader.hasEnded()) return sendStream(app, reply, reader, aiSdkFormat, createAiSdkEncoder())
    reader?.close()
    return reply.code(204).send(null)
  })

  app.delete(
    '/api/chat/:id/stream',
    {
      ...app.authorize('chat'),
      schema: {
        tags: ['ai-sdk'],
        summary: 'Stop the running answer of a chat',
        description:
          'Its readers receive `abort`. A client that closes its connection stops an answer that is not resumable; this stops any answer.',
        params: ChatPath,
        querystring: UiChatQuery,
        response: { 204: nothing('Stopped, or already ended'), ...uiRefusals, 404: uiErrorResponse('Unknown answer') },
      },
    },
    async (request, reply) => {
      const { company, user, answerId } = await findLatest(request)
      if (answerId === null || !(await app.answers.stop(company, answerId, user))) throw coded('ANSWER_NOT_FOUND')
      return reply.code(204).send(null)
    }
  )

  async function findLatest (request: FastifyRequest<{ Params: Static<typeof ChatPath>, Querystring: UiQuery }>) {
    const company = companyOf(request, request.query.company_id)
    const { headers, query, ip } = request
    const user = request.principal.user ?? aiSdkFormat.userOf({ body: undefined, headers, query }) ?? ip
    return { company, user, answerId: await app.answers.findByConversation(company, user, conversationIdOf(request.params.id)) }
  }
}

export default routes
