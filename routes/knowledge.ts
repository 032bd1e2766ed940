// What a company knows, as a whole: counted and summarized.
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
      summary: 'How much a company knows',
      querystring: CompanyQuery,
      response: {
        200: Type.Object({
          total_documents: Type.Integer(),
          total_chunks: Type.Integer(),
          total_tokens: Type.Integer(),
          average_chunk_size: Type.Number({ description: 'In tokens' }),
          storage_size_mb: Type.Number(),
          embedded: Type.Number({ description: 'Share of the pieces that have vectors, 0 to 1' }),
        }),
        ...refused,
        404: errorResponse('No such company'),
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

  app.get('/v1/knowledge/summary', {
    ...withWrite,
    schema: {
      tags: ['documents'],
      summary: 'What a company\'s documents are about',
      description: 'In the words of the language model when there is one, else in sentences of the documents: those that stand for most of the rest, what answers cite often first. Kept for an hour, as long as the documents stay the same.',
      querystring: Type.Object({
        ...Company,
        max_tokens: Type.Optional(Type.String({ pattern: '^([1-9]\\d{0,3}|10000)$', description: 'Of the embedding model\'s tokenizer, 1 to 10000; 1000 when absent' })),
      }, { additionalProperties: false }),
      response: {
        200: Type.Object({
          summary: Type.String({ description: 'Empty when there is nothing, or no sentence fits' }),
          tokens: Type.Integer(),
          by: Type.Unsafe<Summary['by']>({ type: 'string', enum: ['llm', 'extractive'] }),
          documents: Type.Integer({ description: 'How many the company has' }),
          chunks: Type.Integer({ description: 'How many pieces they have' }),
        }),
        ...refused,
        404: errorResponse('No such company'),
        503: errorResponse('Too many summaries are being made; try again in a moment'),
      },
    },
  }, async request => {
    const company = companyOf(request, request.query.company_id)
    const { profile } = await documentsOf(app, company)
    return app.summaries!.get(profile, await app.engine.version(profile), Number(request.query.max_tokens ?? 1000))
  })
}

export default routes
