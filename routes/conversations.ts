// /conversations/{id}: reads or deletes a conversation of one user.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Conversation } from '../src/conversations/store.ts'
import { coded } from '../src/errors.ts'
import { fitPage } from '../src/page-size.ts'
import { isSeenBy } from '../src/conversations/audience.ts'
import { checkTexts } from '../src/whole-text.ts'
import { companyOf, namesIn } from './answering.ts'
import { CompanyId, QueryGroups, errorResponse } from '../src/wire/schemas.ts'

const ConversationPath = Type.Object({ conversation_id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) })

const ConversationQuery = Type.Object({
  user_id: Type.String({ minLength: 1, maxLength: 256, description: 'The user who asked: only the user of a conversation can read it' }),
  company_id: Type.Optional(Type.String({ ...CompanyId, description: 'The key\'s company when absent' })),
  groups: Type.Optional(QueryGroups),
}, { additionalProperties: false })

const StoredConversation = Type.Object({
  conversation_id: Type.String(),
  company_id: Type.String(),
  user_id: Type.String(),
  created_at: Type.String({ format: 'date-time' }),
  updated_at: Type.String({ format: 'date-time' }),
  digest: Type.String({ description: 'Summary of the older turns; empty when there are none' }),
  condensed_turns: Type.Integer({ description: 'Number of turns that the digest summarizes: their words are no longer stored' }),
  turns: Type.Array(
    Type.Object({
      answer_id: Type.String(),
      question: Type.String(),
      standalone_question: Type.Optional(
        Type.String({ description: 'The question as it was searched, if it had to be completed from the conversation' })
      ),
      answer: Type.String({ description: 'Without its citation marks' }),
      cited: Type.Array(Type.String(), { description: 'Titles of the cited sources' }),
      finish_reason: Type.Unsafe<string>({ type: 'string', enum: ['stop', 'length', 'stopped', 'no_answer', 'content_filter'] }),
      asked_at: Type.String({ format: 'date-time' }),
    }),
    { description: 'Oldest first' }
  ),
})

const problems = {
  400: errorResponse('user_id is missing, or a parameter is invalid'),
  401: errorResponse('The key is missing or not valid'),
  403: errorResponse('The key may not do this, or belongs to another company'),
  404: errorResponse('This user has no such conversation, or it is no longer stored'),
  503: errorResponse('The conversations cannot be read or written at the moment. Try again'),
}

const routes: FastifyPluginAsyncTypebox = async app => {
  app.get('/conversations/:conversation_id', {
    ...app.authorize('chat'),
    // Fastify's HEAD would read all of it.
    exposeHeadRoute: false,
    schema: {
      tags: ['chat'],
      summary: 'Read a conversation',
      description:
        'Turns whose answers may rest on documents with an access list are left out unless the user, with the `groups` that a key names, ' +
        'may see them.',
      params: ConversationPath,
      querystring: ConversationQuery,
      response: { 200: { description: 'The conversation', content: { 'application/json': { schema: StoredConversation } } }, ...problems },
    },
  }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const { user_id: user, company_id: named, groups } = request.query
    const owner = { company: companyOf(request, named), user: checkUser(user) }
    const names = namesIn(request, { user, groups })
    const found = await app.conversations.get(owner, request.params.conversation_id)
    if (!found) throw coded('CONVERSATION_NOT_FOUND')
    const seen = { ...found, turns: found.turns.filter(turn => isSeenBy(turn, names)) }
    return { conversation_id: found.id, company_id: owner.company, user_id: user, ...toJson(seen) }
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
    const owner = { company: companyOf(request, named), user: checkUser(user) }
    if (!await app.conversations.delete(owner, request.params.conversation_id)) throw coded('CONVERSATION_NOT_FOUND')
    return reply.code(204).send(null)
  })
}

export default routes

/** Refuses a user id that no question can have. */
function checkUser (user: string): string {
  checkTexts([user])
  return user
}

function toJson ({ createdAt, updatedAt, digest, summarizedTurns, turns }: Conversation) {
  return {
    created_at: iso(createdAt),
    updated_at: iso(updatedAt),
    digest,
    condensed_turns: summarizedTurns,
    // The newest ones, should they be more than a response holds.
    turns: fitPage(turns.toReversed().map(({ answerId, question, standalone, answer, cited, finishReason, at }) => ({
      answer_id: answerId,
      question,
      ...(standalone === undefined ? {} : { standalone_question: standalone }),
      answer,
      cited,
      finish_reason: finishReason,
      asked_at: iso(at),
    }))).toReversed(),
  }
}

function iso (ms: number): string {
  return new Date(ms).toISOString()
}
