// /v1/visitors: gives the visitors of a company's pages a token each.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { keyIdOf, readToken, signVisitor } from '../src/keys/tokens.ts'
import { errorResponse } from '../src/wire/schemas.ts'

const routes: FastifyPluginAsyncTypebox = async app => {
  app.post('/v1/visitors', {
    schema: {
      tags: ['chat'],
      summary: 'Get a token for a visitor of a page',
      description:
        'For a browser: the request must come from an origin of the site key, and the token works from there alone, with the scope ' +
        '`chat`, for an hour. Send the last token, even an expired one, to stay the same visitor.',
      security: [],
      body: Type.Object({
        site: Type.String({ maxLength: 64, description: 'The site key: cau_site_…', examples: ['cau_site_AbCdEfGhIjKl'] }),
        token: Type.Optional(Type.String({ maxLength: 4096, description: 'The last token of this visitor' })),
      }, { additionalProperties: false }),
      response: {
        200: Type.Object({
          token: Type.String({ description: 'Send it as "Authorization: Bearer <token>"' }),
          user_id: Type.String(),
          company_id: Type.String(),
          expires_at: Type.String({ format: 'date-time' }),
        }),
        400: errorResponse('The body is invalid'),
        401: errorResponse('The site key is not valid'),
        403: errorResponse('The page is not one of the site'),
        429: errorResponse('Too many visitors from this address'),
        503: errorResponse('The keys cannot be read at the moment'),
      },
    },
  }, async (request, reply) => {
    const { body: { site, token: last }, headers: { origin }, ip } = request
    const key = await app.siteOf(request, site)
    const most = app.config.RATE_LIMIT_CALLS
    if (most > 0) await app.countCalls(`visitors ${ip}`, key.company!, most, reply)
    // A token of another site, or one that cannot be read, begins a new visitor.
    const known = last !== undefined && keyIdOf(last) === key.id
      ? await readToken(key, last, { isRenewal: true }).catch(() => null)
      : null
    const { token, user, expiresAt } = await signVisitor(key, origin!, known?.user)
    reply.header('cache-control', 'no-store')
    return { token, user_id: user, company_id: key.company!, expires_at: new Date(expiresAt).toISOString() }
  })
}

export default routes
