// /v1/knowledge: counts and summarizes all documents of a company.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Summary } from '../src/documents/summaries.ts'
import { companyOf } from './answering.ts'
import { Company, CompanyQuery, documentsOf, refused } from './company-documents.ts'
import { errorResponse } from '../src/wire/schemas.ts'

const routes: FastifyPluginAsyncTypebox = async app => {
  const withWrite = app.authorize('write')

  app.get('/v1/knowledge/stats', {
    ...withWrite,
    schema: {
      tags: ['documents'],
      summary: 'Count a company\'s documents',
      querystring: CompanyQuery,
      response: {
        200: Type.Object({
          total_documents: Type.Integer(),
          total_chunks: Type.Integer(),
          total_tokens: Type.Integer(),
          average_chunk_size: Type.Number({ description: 'In tokens' }),
          storage_size_mb: Type.Number(),
          embedded: Type.Number({ description: 'Share of the chunks that have vectors, 0 to 1' }),
        }),
        ...refused,
        404: errorResponse('Unknown company'),
      },
    },
  }, async request => {
    const company = companyOf(request, request.query.company_id)
    const { documents, chunks, tokens, bytes, embedded } = await (await documentsOf(app, company)).documents.stats(company)
    return {
      total_documents: documents,
      total_chunks: chunks,
      total_tokens: tokens,
      average_chunk_size: chunks === 0 ? 0 : Math.round(10 * tokens / chunks) / 10,
      storage_size_mb: Math.round(bytes / 104_857.6) / 10,
      embedded: chunks === 0 ? 1 : Math.round(1000 * embedded / chunks) / 1000,
    }
  })

  app.get(
    '/v1/knowledge/summary',
    {
      ...withWrite,
      schema: {
        tags: ['documents'],
        summary: "Summarize a company's documents",
        description:
          'Written by the language model if there is one, otherwise made of sentences from the documents: the most representative ' +
          'ones, often cited documents first. The language model writes it once for each state of the documents, with 1000 tokens at ' +
          'most; shorter ones are its beginning. Cached for an hour, unless the documents change.',
        querystring: Type.Object(
          {
            ...Company,
            max_tokens: Type.Optional(
              Type.String({
                pattern: '^([1-9]\\d{0,3}|10000)$',
                description: 'Longest summary, in tokens of the embedding model, 1 to 10000; 1000 when absent',
              })
            ),
          },
          { additionalProperties: false }
        ),
        response: {
          200: Type.Object({
            summary: Type.String({ description: 'Empty when there are no documents, or no sentence fits' }),
            tokens: Type.Integer(),
            by: Type.Unsafe<Summary['by']>({ type: 'string', enum: ['llm', 'extractive'] }),
            documents: Type.Integer({ description: 'Number of documents of the company' }),
            chunks: Type.Integer({ description: 'Number of their chunks' }),
          }),
          ...refused,
          404: errorResponse('Unknown company'),
          429: errorResponse('This company has asked for too many summaries'),
          503: errorResponse('Too many summaries are in progress. Try again in a moment'),
        },
      },
    },
    async (request, reply) => {
      const company = companyOf(request, request.query.company_id)
      const { profile } = await documentsOf(app, company)
      await app.countCalls('summary', company, maxSummaries, reply)
      return app.summaries!.get(profile, await app.engine.version(profile), Number(request.query.max_tokens ?? 1000))
    }
  )
}

export default routes

/** Summaries of a company in a window of RATE_LIMIT_WINDOW_SECONDS: each reads up to a thousand chunks. */
const maxSummaries = 30
