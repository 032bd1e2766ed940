// GET /v1/suggest: questions that fit what someone is typing.
import { hash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { CompanyId, errorResponse } from '../src/wire/schemas.ts'
import { companyOf } from './answering.ts'
import { profileOf } from './companies.ts'

const usual = 5
/** People pause several times while they type one question. */
const perQuestion = 20
/** Long enough for an edge to answer most of them, short enough for a new FAQ entry to show up soon. */
const publicCache = 'public, max-age=60, s-maxage=300, stale-while-revalidate=600'
const privateCache = 'private, max-age=60'

const routes: FastifyPluginAsyncTypebox = async app => {
  const { RATE_LIMIT_CALLS } = app.config

  app.get('/v1/suggest', {
    ...app.authorize('chat'),
    schema: {
      tags: ['chat'],
      summary: 'Suggest questions as one types',
      description:
        'The common questions of the company, and the titles of its documents that are questions, such as those of an FAQ: those that ' +
        'hold each typed word or its beginning, whatever the accents. Only what everyone may see. The answer may be kept for a ' +
        'minute, and by an edge in front of the service when a visitor\'s token asks with `company_id` in the address.',
      querystring: Type.Object({
        q: Type.Optional(Type.String({
          maxLength: 400, description: 'What was typed so far; the most common questions when it is empty', examples: ['comb livr'],
        })),
        limit: Type.Optional(Type.String({ pattern: '^([1-9]|10)$', description: `The most questions, 1 to 10; ${usual} when absent` })),
        company_id: Type.Optional(Type.String({ ...CompanyId, description: "The company; the key's company when absent" })),
        user_id: Type.Optional(Type.String({
          minLength: 1, maxLength: 256, description: 'Suggestions are limited per user; the address when absent',
        })),
      }, { additionalProperties: false }),
      response: {
        200: Type.Object({ suggestions: Type.Array(Type.Object({ text: Type.String() }), { description: 'The best first' }) }),
        304: { description: 'The same as before (`If-None-Match`)', type: 'null' },
        400: errorResponse('A parameter is invalid'),
        401: errorResponse('The key is missing or not valid'),
        403: errorResponse('The key may not do this, or belongs to another company'),
        404: errorResponse('Unknown company'),
        429: errorResponse('Too many suggestions'),
        503: errorResponse('The documents cannot be read at the moment'),
      },
    },
  }, async (request, reply) => {
    const { q = '', limit = String(usual), company_id: named } = request.query
    const company = companyOf(request, named)
    if (RATE_LIMIT_CALLS > 0) await app.countCalls(`suggest ${userOf(request)}`, company, RATE_LIMIT_CALLS * perQuestion, reply)
    const profile = await profileOf(app, company)
    const found = await app.suggestions.find(profile, await app.engine.version(profile), q.toWellFormed(), Number(limit))
    const body = JSON.stringify({ suggestions: found.map(text => ({ text })) })
    const etag = `"${hash('sha256', body, 'base64url').slice(0, 22)}"`
    const isPublic = request.principal.isVisitor === true && named !== undefined
    // What is public depends on nothing but the address, and on the page's origin for the headers of CORS.
    const vary = [reply.getHeader('vary'), ...(isPublic ? [] : ['Authorization'])].filter(Boolean).join(', ')
    reply.headers({ etag, 'cache-control': isPublic ? publicCache : privateCache, ...(vary === '' ? {} : { vary }) })
    if (request.headers['if-none-match']?.split(',').some(tag => tag.trim().replace(/^W\//, '') === etag)) return reply.code(304).send(null)
    return reply.type('application/json; charset=utf-8').send(body as never)
  })
}

export default routes

function userOf ({ principal, query, ip }: FastifyRequest): string {
  return principal.user ?? (query as { user_id?: string }).user_id ?? ip
}
