// /v1/models: the companies, as the models that OpenAI's clients list.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { coded } from '../src/errors.ts'
import { asCompanyId, completionRefusals } from '../src/wire/openai/common.ts'
import { openAiFormat } from '../src/wire/openai/format.ts'
import { completionError } from '../src/wire/openai/schema.ts'
import { setErrorFormat } from './answering.ts'
import { companiesOf, withModels } from './companies.ts'

const Model = Type.Object({
  id: Type.String({ description: 'The company\'s id' }),
  object: Type.Literal('model'),
  created: Type.Integer(),
  owned_by: Type.String(),
})

const routes: FastifyPluginAsyncTypebox = async app => {
  // Companies have no date of their own to show.
  const created = Math.floor(Date.now() / 1000)
  const toModel = (id: string) => ({ id, object: 'model' as const, created, owned_by: 'causerie' })
  setErrorFormat(app, openAiFormat)

  app.get('/v1/models', {
    ...app.authorize('chat'),
    schema: {
      tags: ['openai'],
      summary: 'List the companies that the key may ask',
      response: { 200: Type.Object({ object: Type.Literal('list'), data: Type.Array(Model) }), ...completionRefusals },
    },
  }, async request => ({ object: 'list' as const, data: (await companiesOf(app, request)).map(toModel) }))

  app.get('/v1/models/:model', {
    ...app.authorize('chat'),
    schema: {
      tags: ['openai'],
      summary: 'Show one company that the key may ask',
      params: Type.Object({ model: Type.String() }),
      response: { 200: Model, 404: completionError('Unknown model'), ...completionRefusals },
    },
  }, async request => {
    const { params, principal } = request
    const id = asCompanyId(params.model)
    const isAllowed = id !== undefined && (principal.company === null || principal.company === id)
    if (!isAllowed || !await app.profiles.get(id)) throw await withModels(app, request, coded('UNKNOWN_COMPANY'))
    return toModel(id)
  })
}

export default routes
