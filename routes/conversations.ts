// /conversations/{id}: what was said, for the one who said it; and its deletion.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Conversation } from '../src/conversations/store.ts'
import { coded } from '../src/errors.ts'
import { companyOf } from './answering.ts'
import { CompanyId, errorResponse } from '../src/wire/schemas.ts'

const ConversationPath = Type.Object({ conversation_id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) })

const ConversationQuery = Type.Object({
  user_id: Type.String({ minLength: 1, maxLength: 256, description: 'Who asked: a conversation is found for its own user only' }),
  company_id: Type.Optional(Type.String({ ...CompanyId, description: 'The company of the key when absent' })),
}, { additionalProperties: false })

const KeptConversation = Type.Object({
  conversation_id: Type.String(),
  company_id: Type.String(),
  user_id: Type.String(),
  created_at: Type.String({ format: 'date-time' }),
  updated_at: Type.String({ format: 'date-time' }),
  digest: Type.String({ description: 'What the condensed turns were about; empty when there are none' }),
  condensed_turns: Type.Integer({ description: 'Turns that the digest stands for: they are no longer kept word for word' }),
  turns: Type.Array(Type.Object({
    answer_id: Type.String(),
    question: Type.String(),
    standalone_question: Type.Optional(Type.String({ description: 'The question as it was searched, when it had to be completed from the conversation' })),
    answer: Type.String({ description: 'Without the marks of its citations' }),
    cited: Type.Array(Type.String(), { description: 'Titles of the sources that it cites' }),
    finish_reason: Type.Unsafe<string>({ type: 'string', enum: ['stop', 'length', 'stopped', 'no_answer'] }),
    asked_at: Type.String({ format: 'date-time' }),
  }), { description: 'The oldest first' }),
})

const problems = {
  400: errorResponse('user_id is missing, or a parameter is not as it should be'),
  401: errorResponse('No key, or one that does not work'),
  403: errorResponse('The key may not do this, or belongs to another company'),
  404: errorResponse('This user has no such conversation, or it is no longer kept'),
  503: errorResponse('The conversations cannot be read or written at the moment; try again'),
}

const routes: FastifyPluginAsyncTypebox = async app => {
  app.get('/conversations/:conversation_id', {
    ...app.authorize('chat'),
    // Fastify's HEAD would read all of it.
    exposeHeadRoute: false,
    schema: {
      tags: ['chat'],
      summary: 'Read a conversation',
      params: ConversationPath,
      querystring: ConversationQuery,
      response: { 200: { description: 'The conversation', content: { 'application/json': { schema: KeptConversation } } }, ...problems },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const { user_id: user, company_id: named } = request.query
    const owner = { company: companyOf(request, named), user: checked(user) }
    const found = await app.conversations.get(owner, request.params.conversation_id)
    if (!found) throw coded('CONVERSATION_NOT_FOUND')
    return { conversation_id: found.id, company_id: owner.company, user_id: user, ...written(found) }
  })

  app.delete('/conversations/:conversation_id', {
    ...app.authorize('chat'),
    schema: {
      tags: ['chat'],
      summary: 'Delete a conversation',
      params: ConversationPath,
      querystring: ConversationQuery,
      response: { 204: Type.Null({ description: 'Deleted' }), ...problems },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const { user_id: user, company_id: named } = request.query
    const owner = { company: companyOf(request, named), user: checked(user) }
    if (!await app.conversations.delete(owner, request.params.conversation_id)) throw coded('CONVERSATION_NOT_FOUND')
    return reply.code(204).send(null)
  })
}

export default routes

/** No question comes from such a user. */
function checked (user: string): string {
  if (user.includes('\0') || !user.isWellFormed()) throw coded('INVALID_TEXT')
  return user
}

function written ({ createdAt, updatedAt, digest, condensed, turns }: Conversation) {
  return {
    created_at: iso(createdAt),
    updated_at: iso(updatedAt),
    digest,
    condensed_turns: condensed,
    turns: turns.map(({ answerId, question, standalone, answer, cited, finishReason, at }) => ({
      answer_id: answerId,
      question,
      ...(standalone === undefined ? {} : { standalone_question: standalone }),
      answer,
      cited,
      finish_reason: finishReason,
      asked_at: iso(at),
    })),
  }
}

/** @param ms since 1970 */
function iso (ms: number): string {
  return new Date(ms).toISOString()
}
