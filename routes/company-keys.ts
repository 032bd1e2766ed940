// /v1/companies/{company_id}/keys: lists, creates and revokes the keys of a company.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { coded } from '../src/errors.ts'
import { isLive, nowText, problemOfKey } from '../src/keys/check.ts'
import { makeKey } from '../src/keys/key.ts'
import { checkTexts } from '../src/whole-text.ts'
import { CompanyId, errorResponse } from '../src/wire/schemas.ts'
import { companyOf } from './answering.ts'
import { profileOf } from './companies.ts'
import { KeyBody, KeyId, maxKeys, readKey, readOrigins, shown, shownKey } from './key-schemas.ts'

const pageSize = 100
const params = Type.Object({ company_id: CompanyId })
const KeyPath = Type.Object({ company_id: CompanyId, key_id: KeyId })
const refusals = {
  400: errorResponse('The request is invalid'),
  401: errorResponse('The key is missing or not valid'),
  403: errorResponse('The key may not do this, or belongs to another company'),
  404: errorResponse('Unknown company or key'),
  503: errorResponse('The keys cannot be read or written at the moment'),
}

const routes: FastifyPluginAsyncTypebox = async app => {
  const withAdmin = app.authorize('admin')

  app.get('/v1/companies/:company_id/keys', {
    ...withAdmin,
    schema: {
      tags: ['companies'],
      summary: "List a company's keys, never their secrets",
      params,
      querystring: Type.Object(
        { after: Type.Optional(Type.String({ maxLength: 64, description: '`next` of the previous page' })) },
        { additionalProperties: false }
      ),
      response: {
        200: Type.Object({
          data: Type.Array(Type.Object(shownKey), { description: 'Oldest first' }),
          next: Type.Union([Type.String(), Type.Null()], { description: 'The value for `after`; null on the last page' }),
        }),
        ...refusals,
      },
    },
  }, async (request, reply) => {
    const company = companyOf(request, request.params.company_id)
    await profileOf(app, company)
    const keys = await app.keys.list(company)
    const from = request.query.after === undefined ? 0 : keys.findIndex(({ id }) => id === request.query.after) + 1
    const data = keys.slice(from, from + pageSize).map(key => shown(company, key))
    reply.header('cache-control', 'no-store')
    return { data, next: from + pageSize < keys.length ? data.at(-1)!.id : null }
  })

  app.post('/v1/companies/:company_id/keys', {
    ...withAdmin,
    config: { audit: 'key.create' },
    schema: {
      tags: ['companies'],
      summary: 'Create a key of a company',
      description: 'The key is in this response alone. Once there is a key, the service asks for one, for ever: the first one should be ' +
        'an operator\'s, which opens all companies: `POST /v1/keys`, or `causerie keys create --any --scope admin`.',
      params,
      body: KeyBody,
      response: {
        201: Type.Object({ key: Type.String({ description: 'The whole key, shown once' }), ...shownKey }),
        ...refusals,
      },
    },
  }, async (request, reply) => {
    const company = companyOf(request, request.params.company_id)
    // No scope is wider than the maker's, which is admin.
    const made = readKey(request.body, company)
    const { text, key } = makeKey({ ...made, company })
    // A key must not outlive its company, and would open the next one of that id.
    await app.companies.inOrder(company, async () => {
      await profileOf(app, company)
      const known = await app.keys.list(company)
      if (known.filter(key => isLive(key)).length >= maxKeys) {
        throw coded('NOT_SUPPORTED', `The company has ${maxKeys} keys already. Revoke some.`)
      }
      await app.keys.create(key)
    })
    app.keysChanged()
    request.changed = key.id
    request.log.info({ company_id: company, key: request.principal.keyId, created: key.id, kind: key.kind }, 'key created')
    return reply.code(201).header('cache-control', 'no-store').send({ key: text, ...shown(company, key) })
  })

  app.patch('/v1/companies/:company_id/keys/:key_id', {
    ...withAdmin,
    config: { audit: 'key.change' },
    schema: {
      tags: ['companies'],
      summary: 'Change the name of a key, or the origins of a site',
      description: 'Pages of an origin that is gone are refused at once, also on the instances that share a Redis; on others within ' +
        '`KEY_CACHE_SECONDS`.',
      params: KeyPath,
      body: Type.Object({ name: KeyBody.properties.name, origins: KeyBody.properties.origins }, { additionalProperties: false }),
      response: { 200: Type.Object(shownKey), ...refusals },
    },
  }, async request => {
    const company = companyOf(request, request.params.company_id)
    const { key_id: id } = request.params
    const { name, origins } = request.body
    checkTexts([name ?? ''])
    const key = await app.keys.find(id)
    if (key?.company !== company || key.revokedAt !== null) throw coded('KEY_NOT_FOUND')
    const changed = { ...key, ...(name === undefined ? {} : { name }), ...(origins ? { origins: readOrigins(origins) } : {}) }
    const problem = problemOfKey(changed)
    if (problem !== null) throw coded('INVALID_BODY', problem)
    if (!await app.keys.change(id, { name, origins: origins && changed.origins })) throw coded('KEY_NOT_FOUND')
    app.keysChanged()
    request.log.info({ company_id: company, key: request.principal.keyId, changed: id }, 'key changed')
    return shown(company, changed)
  })

  app.delete('/v1/companies/:company_id/keys/:key_id', {
    ...withAdmin,
    config: { audit: 'key.revoke' },
    schema: {
      tags: ['companies'],
      summary: 'Revoke a key of a company',
      description: 'It stops working at once, also on the instances that share a Redis; on others within `KEY_CACHE_SECONDS`.',
      params: KeyPath,
      response: { 204: Type.Null({ description: 'Revoked' }), ...refusals },
    },
  }, async (request, reply) => {
    const company = companyOf(request, request.params.company_id)
    const { key_id: id } = request.params
    const key = await app.keys.find(id)
    if (key?.company !== company || !await app.keys.revoke(id, nowText())) throw coded('KEY_NOT_FOUND')
    app.keysChanged()
    request.log.info({ company_id: company, key: request.principal.keyId, revoked: id }, 'key revoked')
    return reply.code(204).send(null)
  })
}

export default routes
