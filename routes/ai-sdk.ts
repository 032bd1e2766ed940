// /api/chat: the AI SDK's useChat as it is. A question, and by the chat's id: its running answer again, and stop.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyError, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import { coded } from '../src/errors.ts'
import { conversationOf, messageIdOf, readUiMessages } from '../src/wire/ai-sdk-request.ts'
import { createAiSdkEncoder, errorText, uiMessageStreamHeader } from '../src/wire/ai-sdk.ts'
import { companyOf, sendStream } from './asking.ts'
import { ChatBody, CompanyId, ErrorSchema } from './schemas.ts'

const { user_id: UserId, language, indexes, page, resumable, max_tokens, temperature } = ChatBody.properties

const Message = Type.Object({
  id: Type.Optional(Type.String()),
  role: Type.String({ description: '`user`, `assistant` or `system`' }),
  parts: Type.Array(Type.Object({ type: Type.String() }), { description: 'Those of type `text` are read; a `file` in the question is refused' }),
})

/** What useChat sends, and what a page may add by its `body`. Anything else is passed over. */
const UiChatBody = Type.Object({
  id: Type.Optional(Type.String({ description: 'The chat: the `conversation_id` of the answer' })),
  messages: Type.Array(Message, { minItems: 1, description: 'The conversation; the user\'s last message is the question' }),
  trigger: Type.Optional(Type.String({ description: '`submit-message`, or `regenerate-message` for a new answer to the same question' })),
  messageId: Type.Optional(Type.Union([Type.String(), Type.Null()], { description: 'The message to make again' })),
  company_id: Type.Optional(Type.String({ ...CompanyId, description: 'Whose documents to ask; the company of the key when absent' })),
  user_id: Type.Optional(Type.String({ ...UserId, description: 'Who asks: for the rate limit, and to find the running answer again; the client\'s address when absent' })),
  language,
  indexes,
  page,
  resumable,
  max_tokens,
  temperature,
})

/** A reconnecting client sends no body: what it is called by can stand in the address, for all of them. */
const Place = Type.Object({ company_id: Type.Optional(CompanyId), user_id: Type.Optional(UserId) })
const ChatPath = Type.Object({ id: Type.String({ description: 'The chat\'s id' }) })

const stream = { description: 'A UI message stream: `start`, `text-start`, `text-delta`…, `text-end`, `source-url` and `source-document` of the cited sources, then `finish`, `abort` or `error`, and `[DONE]`', content: { 'text/event-stream': { schema: Type.String() } } }
const nothing = (description: string) => Type.Null({ description })
const problem = (description: string) => ({
  description,
  content: { 'text/plain': { schema: Type.String({ description: 'What is wrong and what to do, then the code in parentheses' }) }, 'application/json': { schema: ErrorSchema } },
})
const refused = { 400: problem('The request is not as it should be'), 401: problem('No key, or one that does not work'), 403: problem('The key may not do this, or belongs to another company') }

const routes: FastifyPluginAsyncTypebox = async app => {
  // useChat shows the body of a failed request as its error's message: that is to be a sentence, as it is in a stream.
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (request.headers.accept?.includes('application/json')) throw error
    const known = app.failRequest(error, request, reply)
    return reply.type('text/plain; charset=utf-8').send(errorText(known))
  })

  app.post('/api/chat', {
    ...app.authorize('chat'),
    config: app.questionLimit(userOf),
    bodyLimit: app.config.MAX_MESSAGES_BYTES,
    schema: {
      tags: ['ai-sdk'],
      summary: 'Ask a question with the AI SDK\'s useChat',
      body: UiChatBody,
      querystring: Place,
      response: { 200: stream, ...refused, 404: problem('No such company'), 413: problem('The body is too large'), 429: problem('Too many questions'), 503: problem('Overloaded, or a part is missing; try again') },
    },
  }, async (request, reply) => {
    const { body, query } = request
    const reader = await app.ask({
      ...readUiMessages(body),
      company: companyOf(request, body.company_id ?? query.company_id),
      user: userOf(request),
      conversation: body.id ? conversationOf(body.id) : undefined,
      language: body.language,
      indexes: body.indexes,
      page: body.page,
      maxTokens: body.max_tokens,
      temperature: body.temperature,
      fresh: body.trigger === 'regenerate-message',
      findable: true,
      resumable: body.resumable,
    })
    return sendStream(app, reply.headers(uiMessageStreamHeader), reader, createAiSdkEncoder(messageIdOf(reader.answerId, body)))
  })

  app.get('/api/chat/:id/stream', {
    ...app.authorize('chat'),
    // Fastify's HEAD would read the whole answer, and keep it going, for a client who sees none of it.
    exposeHeadRoute: false,
    schema: {
      tags: ['ai-sdk'],
      summary: 'Join the running answer of a chat, from its start',
      description: 'An answer that has ended is at `GET /chat/{answer_id}` for a while; its id is its message\'s.',
      params: ChatPath,
      querystring: Place,
      response: { 200: stream, 204: nothing('No answer is running'), ...refused },
    },
  }, async (request, reply) => {
    const { company, id } = await latestOf(request)
    const reader = id === null ? null : await app.answers.join(company, id, 0)
    if (reader && !reader.ended) return sendStream(app, reply.headers(uiMessageStreamHeader), reader, createAiSdkEncoder())
    reader?.close()
    return reply.code(204).send(null)
  })

  app.delete('/api/chat/:id/stream', {
    ...app.authorize('chat'),
    schema: {
      tags: ['ai-sdk'],
      summary: 'Stop the running answer of a chat',
      description: 'Its readers get `abort`. A client that closes its connection stops an answer that is not resumable; this stops any.',
      params: ChatPath,
      querystring: Place,
      response: { 204: nothing('Stopped, or it had ended already'), ...refused, 404: problem('No such answer') },
    },
  }, async (request, reply) => {
    const { company, id } = await latestOf(request)
    if (id === null || !await app.answers.stop(company, id)) throw coded('ANSWER_NOT_FOUND')
    return reply.code(204).send(null)
  })

  async function latestOf (request: FastifyRequest<{ Params: Static<typeof ChatPath>, Querystring: Static<typeof Place> }>) {
    const company = companyOf(request, request.query.company_id)
    return { company, id: await app.answers.findByConversation(company, userOf(request), conversationOf(request.params.id)) }
  }
}

export default routes

/** Who asks, within the company: as the body or the address says, else where it comes from. */
function userOf ({ body, query, ip }: FastifyRequest): string {
  return (body as Static<typeof UiChatBody> | undefined)?.user_id ?? (query as Static<typeof Place>).user_id ?? ip
}
