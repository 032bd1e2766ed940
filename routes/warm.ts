// POST /warm: answers a company's common questions in advance.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { companyOf } from './answering.ts'
import { CompanyId, errorResponse } from '../src/wire/schemas.ts'

const WarmBody = Type.Object({
  company_id: Type.Optional(Type.String({ ...CompanyId, description: 'The company; the key\'s company when absent' })),
}, { additionalProperties: false })

const Warmed = Type.Object({
  company_id: Type.String(),
  questions: Type.Integer({ description: 'Common questions: those of the profile, then the most asked questions of the last day' }),
  answered: Type.Integer({ description: 'Answered now' }),
  already: Type.Integer({ description: 'Answered before: the answer is still cached' }),
  failed: Type.Integer({ description: 'The answer failed or was degraded: it is not cached' }),
})

const routes: FastifyPluginAsyncTypebox = async app => {
  app.post(
    '/warm',
    {
      ...app.authorize('admin'),
      schema: {
        tags: ['chat'],
        summary: 'Answer the common questions of a company in advance',
        description:
          'Answers one question after the other while no user is asking, and responds when all are done. The service does the same ' +
          'at start and when documents change (`WARM_QUESTIONS`).',
        body: WarmBody,
        response: {
          200: Warmed,
          400: errorResponse('The company is missing'),
          401: errorResponse('The key is missing or not valid'),
          403: errorResponse('The key may not do this, or belongs to another company'),
          404: errorResponse('Unknown company'),
          503: errorResponse('The service is shutting down'),
        },
      },
    },
    async (request, reply) => {
      const left = new AbortController()
      reply.raw.once('close', () => left.abort(new Error('the client has left')))
      return app.warmUp.warm(companyOf(request, request.body.company_id), left.signal)
    }
  )
}

export default routes
