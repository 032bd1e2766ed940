// POST /search: the passages for a question, with scores and why, without an answer.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ChatBody, Source } from '../src/wire/native/schema.ts'
import { CompanyId, errorResponse } from '../src/wire/schemas.ts'
import { companyOf, goneSignal, namesIn } from './answering.ts'

const maxPassages = 50

const { language, indexes, groups, filter } = ChatBody.properties

const SearchBody = Type.Object(
  {
    company_id: Type.Optional(Type.String({ ...CompanyId, description: "The company to search; the key's company when absent" })),
    user_id: Type.Optional(
      Type.String({ minLength: 1, maxLength: 256, description: 'Searches are limited per user, as questions are; the address when absent' })
    ),
    message: Type.String({ description: 'The question', examples: ['Prix lot 300 couches taille 4?'] }),
    language,
    indexes,
    groups,
    filter,
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: maxPassages, description: 'The most passages; SEARCH_PASSAGES, as for an answer, when absent' })
    ),
    explain: Type.Optional(Type.Boolean({ default: false, description: 'Say how the question was understood, and why each was found' })),
  },
  { additionalProperties: false }
)

const spans = Type.Array(Type.Array(Type.Integer()))
const fraction = (description: string) => Type.Union([Type.Number(), Type.Null()], { description })

const FoundPassage = Type.Object({
  ...Source.properties,
  text: Type.String(),
  fields: Type.Array(Type.Array(Type.String()), { description: 'Short facts: label and value' }),
  highlights: Type.Object(
    { title: spans, text: spans, fields: Type.Array(Type.Array(spans), { description: 'Of each fact: those of its label, of its value' }) },
    { description: "Where the question's words are: from, to (exclusive), in UTF-16 units" }
  ),
  explain: Type.Optional(
    Type.Object({
      keyword: fraction('Its share of the highest keyword score; null when no word found it'),
      similarity: fraction('Similarity to the question; null without vectors'),
      evidence: Type.Number({ description: 'Above 0 it is likely to hold the answer' }),
      matched: Type.Array(Type.Integer(), { description: "Positions in `explain.words` of the question's words that it holds" }),
      factors: Type.Record(Type.String(), Type.Number(), { description: 'What the evidence is made of' }),
    })
  ),
})

const Found = Type.Object({
  question: Type.String({ description: 'What was searched' }),
  language: Type.String(),
  documents_language: Type.String(),
  answerable: Type.Boolean({ description: 'Any passage is likely to hold the answer; without a language model, none is otherwise given' }),
  degraded_reason: Type.Optional(Type.String()),
  passages: Type.Array(FoundPassage, { description: 'The best first' }),
  explain: Type.Optional(
    Type.Object({
      words: Type.Array(
        Type.Object({
          word: Type.String(),
          stem: Type.String(),
          idf: Type.Number({ description: 'The rarer, the higher' }),
          known: Type.Boolean({ description: 'Any document holds it' }),
          corrections: Type.Array(Type.String(), { description: 'What was searched instead' }),
        })
      ),
      ngrams: Type.Array(Type.String()),
      indexes: Type.Array(Type.String()),
      embedding_models: Type.Array(Type.String()),
      total: Type.Union([Type.Integer(), Type.Null()], { description: 'How many passages there are to find' }),
      messages: Type.Union([Type.Array(Type.Object({ role: Type.String(), content: Type.String() })), Type.Null()], {
        description: 'What the language model would be sent; null without one, and for a key without the scope `write`',
      }),
      timings_ms: Type.Object({ prompt: Type.Number(), embed: Type.Number(), search: Type.Number(), total: Type.Number() }),
    })
  ),
})

const userOf = ({ body, ip }: FastifyRequest) => (body as { user_id?: string }).user_id ?? ip

const routes: FastifyPluginAsyncTypebox = async app => {
  app.post(
    '/search',
    {
      ...app.authorize('chat'),
      preHandler: app.countKey,
      // Searches have a limit of their own: one beside each question must not halve the questions.
      config: app.questionLimit(userOf, undefined, 'search '),
      schema: {
        tags: ['chat'],
        summary: 'Find passages',
        description: 'Searches as `POST /chat` does, and returns the passages without an answer.',
        body: SearchBody,
        response: {
          200: Found,
          400: errorResponse('The body is invalid'),
          401: errorResponse('The key is missing or not valid'),
          403: errorResponse('The key may not do this, or belongs to another company'),
          404: errorResponse('Unknown company'),
          429: errorResponse('Too many searches'),
          503: errorResponse('A part of the service is unavailable; try again'),
        },
      },
      serializerCompiler: () => data => JSON.stringify(data),
    },
    async (request, reply) => {
      const { company_id, user_id, groups, ...search } = request.body
      const { scopes, keyId } = request.principal
      const company = companyOf(request, company_id)
      const found = await app.searchPassages({
        ...search,
        company,
        names: namesIn(request, { user: user_id, groups }),
        showMessages: scopes.includes('write') || scopes.includes('admin'),
        signal: AbortSignal.any([goneSignal(reply), app.closingSignal]),
      })
      app.usage.count(company, keyId, { searches: 1 })
      return reply.header('cache-control', 'no-store').send(found as never)
    }
  )
}

export default routes
