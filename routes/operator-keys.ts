// /v1/keys: lists, creates and revokes the keys that open every company.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { coded } from '../src/errors.ts'
import { isLive, nowText } from '../src/keys/check.ts'
import { makeKey } from '../src/keys/key.ts'
import { errorResponse } from '../src/wire/schemas.ts'
import { KeyBody, KeyId, maxKeys, readKey, shown, shownKey } from './key-schemas.ts'

const ofAll = { ...shownKey, company_id: Type.Null({ description: 'It opens every company' }) }
const { scopes, name, expires_at } = KeyBody.properties
const Body = Type.Object({ scopes, name, expires_at }, { additionalProperties: false })

const refusals = {
  400: errorResponse('The request is invalid'),
  401: errorResponse('The key is missing or not valid'),
  403: errorResponse('It needs a key with the scope `admin` for all companies'),
  503: errorResponse('The keys cannot be read or written at the moment'),
}

const routes: FastifyPluginAsyncTypebox = async app => {
  const asOperator = app.authorize('admin', { wholeService: true })
  /** Returns those that open every company. */
  const working = async () => (await app.keys.list()).filter(key => key.company === null && isLive(key))

  app.get('/v1/keys', {
    ...asOperator,
    schema: {
      tags: ['companies'],
      summary: 'List the keys for all companies that work, never their secrets',
      response: { 200: Type.Object({ data: Type.Array(Type.Object(ofAll), { description: 'Oldest first' }) }), ...refusals },
    },
  }, async (_, reply) => {
    reply.header('cache-control', 'no-store')
    return { data: (await working()).map(key => shown(null, key)) }
  })

  app.post('/v1/keys', {
    ...asOperator,
    config: { audit: 'key.create' },
    schema: {
      tags: ['companies'],
      summary: 'Create a key for all companies',
      description: 'The key is in this response alone. Once there is a key, the service asks for one, for ever.',
      body: Body,
      response: { 201: Type.Object({ key: Type.String({ description: 'The whole key, shown once' }), ...ofAll }), ...refusals },
    },
  }, async (request, reply) => {
    const { text, key } = makeKey({ ...readKey(request.body, null), company: null })
    if ((await working()).length >= maxKeys) throw coded('NOT_SUPPORTED', `There are ${maxKeys} keys already. Revoke some.`)
    await app.keys.create(key)
    app.keysChanged()
    request.changed = key.id
    request.log.info({ key: request.principal.keyId, created: key.id }, 'key for all companies created')
    return reply.code(201).header('cache-control', 'no-store').send({ key: text, ...shown(null, key) })
  })

  app.delete('/v1/keys/:key_id', {
    ...asOperator,
    config: { audit: 'key.revoke' },
    schema: {
      tags: ['companies'],
      summary: 'Revoke a key for all companies',
      description: 'It stops working at once, also on the instances that share a Redis; on others within `KEY_CACHE_SECONDS`.',
      params: Type.Object({ key_id: KeyId }),
      response: { 204: Type.Null({ description: 'Revoked' }), ...refusals, 404: errorResponse('Unknown key') },
    },
  }, async (request, reply) => {
    const { key_id: id } = request.params
    const key = await app.keys.find(id)
    if (key === null || key.company !== null || !await app.keys.revoke(id, nowText())) throw coded('KEY_NOT_FOUND')
    app.keysChanged()
    request.log.info({ key: request.principal.keyId, revoked: id }, 'key for all companies revoked')
    return reply.code(204).send(null)
  })
}

export default routes
