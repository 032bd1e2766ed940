// PUT, PATCH and DELETE /v1/companies/{company_id}: creates, changes and deletes companies.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { coded } from '../src/errors.ts'
import { ProfileSchema } from '../src/profiles/profile.ts'
import { CompanyId, errorResponse } from '../src/wire/schemas.ts'
import { companyOf } from './answering.ts'

/** A thousand common questions and a long prompt. */
const maxProfileBytes = 1_048_576

const { id: _, ...fields } = ProfileSchema.properties
const Definition = Type.Object({ id: Type.Optional(CompanyId), ...fields }, { additionalProperties: false })
// The values are checked when they have been merged: null removes a value, and an object is merged.
const Patch = Type.Object(
  Object.fromEntries(Object.keys(fields).map(name => [name, Type.Optional(Type.Unknown())])), { additionalProperties: false }
)
const Stored = Type.Record(Type.String(), Type.Unknown(), { description: 'The profile as it is now' })
const Removed = Type.Object({
  company_id: Type.String(),
  removed: Type.Array(
    Type.Object({ what: Type.String(), where: Type.String(), count: Type.Integer() }), { description: 'What there was, and where' }
  ),
})
const params = Type.Object({ company_id: CompanyId })

const refusals = {
  400: errorResponse('The profile is not valid'),
  401: errorResponse('The key is missing or not valid'),
  403: errorResponse('The key may not do this, or belongs to another company'),
  409: errorResponse('The company exists already, or an index that is left out still has documents'),
  503: errorResponse('The profiles cannot be written at the moment'),
}

const routes: FastifyPluginAsyncTypebox = async app => {
  app.put('/v1/companies/:company_id', {
    ...app.authorize('admin', { wholeService: true }),
    config: { audit: 'company.put' },
    bodyLimit: maxProfileBytes,
    schema: {
      tags: ['companies'],
      summary: 'Create a company, or replace its profile',
      description:
        'Needs a key with the scope `admin` for all companies. With `If-None-Match: *` it only creates. An index needs nothing more ' +
        'than its name: it is made with the first upload. An index that has documents cannot be left out.',
      params,
      body: Definition,
      response: {
        200: { description: 'Replaced', content: { 'application/json': { schema: Stored } } },
        201: { description: 'Created', content: { 'application/json': { schema: Stored } } },
        ...refusals,
      },
    },
  }, async (request, reply) => {
    const { params: { company_id: id }, body, headers } = request
    if (body.id !== undefined && body.id !== id) throw coded('INVALID_BODY', 'Its id is not the one of the address.')
    const { profile, isNew } = await app.companies.put({ ...body, id }, { mustBeNew: headers['if-none-match'] === '*' })
    log(request, isNew ? 'company created' : 'company profile replaced', id)
    return reply.code(isNew ? 201 : 200).send(profile)
  })

  app.patch('/v1/companies/:company_id', {
    ...app.authorize('admin'),
    config: { audit: 'company.change' },
    bodyLimit: maxProfileBytes,
    schema: {
      tags: ['companies'],
      summary: "Change parts of a company's profile",
      description:
        'A JSON merge patch (RFC 7396): objects are merged, null removes a value, a list is replaced. A key with the scope `admin` of ' +
        'the company itself may change everything but `language`, `model`, `budget`, and `model` and `uid` of an index.',
      params,
      body: Patch,
      response: {
        200: { description: 'Changed', content: { 'application/json': { schema: Stored } } },
        ...refusals,
        404: errorResponse('Unknown company'),
      },
    },
  }, async request => {
    const company = companyOf(request, request.params.company_id)
    const profile = await app.companies.patch(company, request.body, request.principal.company === null)
    request.changed = Object.keys(request.body).join(', ')
    log(request, 'company profile changed', company)
    return profile
  })

  app.delete('/v1/companies/:company_id', {
    ...app.authorize('admin', { wholeService: true }),
    config: { audit: 'company.delete' },
    schema: {
      tags: ['companies'],
      summary: 'Delete a company with everything that is kept of it',
      description:
        'Its documents and their vectors, keys, conversations, kept answers, feedback, uploads and profile, in all back ends. Needs a ' +
        'key with the scope `admin` for all companies. With `ERASURE_INCOMPLETE` something is left: send the request again.',
      params,
      response: { 200: Removed, ...refusals, 404: errorResponse('Unknown company') },
    },
  }, async request => {
    const company = request.params.company_id
    const removed = await app.removeCompany(company)
    log(request, 'company deleted', company)
    return { company_id: company, removed }
  })
}

export default routes

function log ({ log, principal }: FastifyRequest, done: string, company: string): void {
  log.info({ company_id: company, key: principal.keyId }, done)
}
