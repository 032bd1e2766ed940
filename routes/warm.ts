// Answering common questions ahead, on request.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { companyOf } from './answering.ts'
import { CompanyId, errorResponse } from '../src/wire/schemas.ts'

const WarmBody = Type.Object({
  company_id: Type.Optional(Type.String({ ...CompanyId, description: 'Whose common questions; the company of the key when absent' })),
}, { additionalProperties: false })

const Warmed = Type.Object({
  company_id: Type.String(),
  questions: Type.Integer({ description: 'Common questions: those of the profile, then the most asked of the last day' }),
  answered: Type.Integer({ description: 'Answered now' }),
  already: Type.Integer({ description: 'Whose answer was there' }),
  failed: Type.Integer({ description: 'Whose answer failed or was degraded: it is not kept' }),
})

const routes: FastifyPluginAsyncTypebox = async app => {
  app.post('/warm', {
    ...app.authorize('admin'),
    schema: {
      tags: ['chat'],
      summary: 'Answer the common questions of a company ahead',
      description: 'One after the other, whenever nobody else asks; it answers when all are done. The same happens by itself at start and when documents change (`WARM_QUESTIONS`).',
      body: WarmBody,
      response: {
        200: Warmed,
        400: errorResponse('No company is named'),
        401: errorResponse('No key, or one that does not work'),
        403: errorResponse('The key may not do this, or belongs to another company'),
        404: errorResponse('No such company'),
        503: errorResponse('The service is shutting down'),
      },
    },
  }, async (request, reply) => {
    const left = new AbortController()
    reply.raw.once('close', () => left.abort(new Error('the client has left')))
    return app.warmUp.warm(companyOf(request, request.body.company_id), left.signal)
  })
}

export default routes
