// The body of POST /chat, and its answer as one JSON object.
import { Type, type Static } from 'typebox'
import { indexKindPattern } from '../../ids.ts'
import { CompanyId, Filter, Groups } from '../schemas.ts'

export const ChatBody = Type.Object(
  {
    company_id: Type.Optional(Type.String({ ...CompanyId, description: "The company to ask; the key's company when absent" })),
    user_id: Type.String({
      minLength: 1,
      maxLength: 256,
      examples: ['test_001'],
      description: 'The user who asks: rate limit and conversations belong to this user. Set it on your server, or make it hard to guess',
    }),
    message: Type.String({ description: 'The question', examples: ['Prix lot 300 couches taille 4?'] }),
    conversation_id: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{1,64}$',
        description: 'Continues this conversation; `start` returns it, or a new one when absent',
      })
    ),
    stream: Type.Optional(Type.Boolean({ default: true, description: '`false`: one JSON object when the answer is complete' })),
    language: Type.Optional(
      Type.Unsafe<'fr' | 'en' | 'es' | 'de'>({
        type: 'string',
        enum: ['fr', 'en', 'es', 'de'],
        description: 'Language of the question; detected when absent',
      })
    ),
    indexes: Type.Optional(
      Type.Array(Type.String({ pattern: indexKindPattern }), {
        minItems: 1,
        maxItems: 64,
        uniqueItems: true,
        description: 'Search only these indexes',
      })
    ),
    groups: Type.Optional(Groups),
    filter: Type.Optional(Filter),
    page: Type.Optional(
      Type.Object(
        {
          path: Type.Optional(Type.String({ maxLength: 2048 })),
          title: Type.Optional(Type.String({ maxLength: 512 })),
          hints: Type.Optional(Type.Array(Type.String({ maxLength: 4096 }), { maxItems: 40 })),
        },
        { additionalProperties: false, description: 'The page that the question is asked on' }
      )
    ),
    record: Type.Optional(
      Type.Boolean({
        default: true,
        description:
          '`false`: a test or an evaluation. A new answer is made, past the cache, and the question leaves no trace: no turn of a ' +
          'conversation, no count among common questions or gaps',
      })
    ),
    web: Type.Optional(
      Type.Boolean({
        default: true,
        description:
          '`false`: do not search the web when the documents do not answer. The web is searched only if WEB_SEARCH is set, and ' +
          'never with `indexes`',
      })
    ),
    resumable: Type.Optional(
      Type.Boolean({ default: false, description: 'Keep the answer running for a while when the connection is lost' })
    ),
    max_tokens: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Longest answer, in tokens; at most LLM_MAX_TOKENS' })
    ),
    temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 2 })),
  },
  { additionalProperties: false }
)

export type ChatRequest = Static<typeof ChatBody>

export const Source = Type.Object({
  n: Type.Integer({ description: 'The number that cites it: [n]' }),
  id: Type.String({ description: '`<index>/<document id>`; the address of a web page' }),
  index: Type.String({ description: '`web` for a web page' }),
  title: Type.String(),
  url: Type.String(),
  score: Type.Number(),
  snippet: Type.String(),
  heading: Type.Optional(Type.String({ description: 'The headings above the passage' })),
  page: Type.Optional(Type.Integer({ description: 'The page that the passage begins on' })),
  places: Type.Optional(Type.Array(Type.Object({
    title: Type.String(),
    url: Type.String(),
    heading: Type.Optional(Type.String()),
    page: Type.Optional(Type.Integer()),
  }), { description: 'Other documents with the same passage' })),
})

export const ChatAnswer = Type.Object({
  answer_id: Type.String(),
  conversation_id: Type.String(),
  company_id: Type.String(),
  model: Type.String(),
  cache: Type.Unsafe<'miss' | 'hit' | 'joined'>({ type: 'string', enum: ['miss', 'hit', 'joined'] }),
  answer: Type.String(),
  sources: Type.Array(Source),
  finish_reason: Type.Unsafe<string>({ type: 'string', enum: ['stop', 'length', 'stopped', 'no_answer', 'content_filter'] }),
  answered_by: Type.Unsafe<string>({ type: 'string', enum: ['llm', 'extractive', 'faq', 'similar', 'smalltalk'] }),
  citations: Type.Array(Type.Integer(), {
    description: 'The `n` of the cited sources; where the text cites none, of those that say what it says',
  }),
  degraded: Type.Boolean(),
  degraded_reason: Type.Optional(Type.String()),
  standalone_question: Type.Optional(
    Type.String({ description: 'The question as it was understood, if it had to be completed from its conversation' })
  ),
  usage: Type.Object({ input_tokens: Type.Integer(), output_tokens: Type.Integer() }),
  timings_ms: Type.Object({
    prompt: Type.Number(),
    embed: Type.Number(),
    search: Type.Number(),
    first_token: Type.Number(),
    total: Type.Number(),
  }),
})
