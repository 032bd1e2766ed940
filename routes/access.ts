// /v1/access and /v1/companies: what the request's key may do, and for whom.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { scopes, type Scope } from '../src/keys/store.ts'
import { CompanyId, errorResponse } from '../src/wire/schemas.ts'
import { companyOf } from './answering.ts'
import { companiesOf, profileOf } from './companies.ts'

/** The companies of one page: each is a profile to read. */
const pageSize = 100

const refusals = {
  401: errorResponse('The key is missing or not valid'),
  403: errorResponse('The key may not do this, or belongs to another company'),
}

const brief = {
  id: Type.String(),
  name: Type.String(),
  language: Type.String(),
}
const optionalText = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

const Definition = Type.Record(Type.String(), Type.Unknown(), {
  description: 'The profile as PUT takes it, for a key with the scope `write`',
})

const Company = Type.Object({
  ...brief,
  indexes: Type.Array(Type.String(), { description: 'Kinds of documents' }),
  common_questions: Type.Array(Type.String(), { description: 'Questions that its customers ask' }),
  profile: Type.Optional(
    Type.Object(
      {
        system_prompt: Type.String({ description: "Empty: the default of the company's language" }),
        model: optionalText('The language model of this company; null = LLM_MODEL'),
        refuse_without_passages: Type.Boolean(),
        mapping: Type.Record(
          Type.String(),
          Type.Object({
            title: optionalText('The key that holds the title'),
            text: Type.Array(Type.String(), { description: 'The keys that hold running text' }),
            url: optionalText('The key that holds the address'),
            fields: Type.Record(Type.String(), Type.String(), { description: 'Short facts: key and label' }),
          }),
          { description: 'How the documents of each index are read' }
        ),
      },
      { description: 'Shown to a key with the scope `write`' }
    )
  ),
  definition: Type.Optional(Definition),
})

const routes: FastifyPluginAsyncTypebox<{ version: string }> = async (app, { version }) => {
  const { MAX_FILE_BYTES, MAX_MESSAGE_CHARS, KNOWLEDGE_MAX_TOKENS, WEB_SEARCH } = app.config
  const withChat = app.authorize('chat')
  const scopesOf = (granted: readonly Scope[]) => granted.includes('admin') ? [...scopes] : [...granted]

  app.get('/v1/access', {
    ...withChat,
    schema: {
      tags: ['status'],
      summary: 'Show what the key may do',
      response: {
        200: Type.Object({
          company_id: Type.Union([Type.String(), Type.Null()], { description: 'The only company of the key; null = any' }),
          scopes: Type.Array(Type.String()),
          keyless: Type.Boolean({ description: 'No key is required, since none exists' }),
          version: Type.String(),
          model: Type.Object({ name: Type.String(), kind: Type.String() }),
          web_search: Type.Boolean(),
          max_message_chars: Type.Integer(),
          max_file_bytes: Type.Integer(),
          knowledge_max_tokens: Type.Integer({ description: 'The most tokens of a company; past them documents are evicted' }),
        }),
        ...refusals,
      },
    },
  }, async ({ principal }, reply) => {
    reply.header('cache-control', 'no-store')
    return {
      company_id: principal.company,
      scopes: scopesOf(principal.scopes),
      keyless: principal.keyId === null,
      version,
      model: { name: app.model.name, kind: app.model.kind },
      web_search: WEB_SEARCH !== 'off',
      max_message_chars: MAX_MESSAGE_CHARS,
      max_file_bytes: MAX_FILE_BYTES,
      knowledge_max_tokens: KNOWLEDGE_MAX_TOKENS,
    }
  })

  app.get('/v1/companies', {
    ...withChat,
    schema: {
      tags: ['status'],
      summary: 'List the companies that the key may ask',
      querystring: Type.Object(
        { after: Type.Optional(Type.String({ maxLength: 128, description: '`next` of the previous page' })) },
        { additionalProperties: false }
      ),
      response: {
        200: Type.Object({
          data: Type.Array(Type.Object(brief)),
          next: Type.Union([Type.String(), Type.Null()], { description: 'The value for `after`; null on the last page' }),
        }),
        ...refusals,
      },
    },
  }, async request => {
    const { after = '' } = request.query
    const ids = (await companiesOf(app, request)).filter(id => id > after)
    const data = await Promise.all(ids.slice(0, pageSize).map(async id => {
      // One profile that cannot be read must not hide the others.
      const profile = await app.profiles.get(id).catch(() => null)
      return { id, name: profile?.name ?? id, language: profile?.language ?? 'und' }
    }))
    return { data, next: ids.length > pageSize ? data.at(-1)!.id : null }
  })

  app.get('/v1/companies/:company_id', {
    ...withChat,
    schema: {
      tags: ['status'],
      summary: 'Show a company',
      params: Type.Object({ company_id: CompanyId }),
      response: { 200: Company, ...refusals, 404: errorResponse('Unknown company') },
    },
  }, async request => {
    const profile = await profileOf(app, companyOf(request, request.params.company_id))
    const { id, name, language, indexes, commonQuestions, systemPrompt, model = null, refuseWithoutPassages } = profile
    const mapping = Object.fromEntries(Object.entries(indexes).map(([kind, { title = null, text, url = null, fields = {} }]) =>
      [kind, { title, text, url, fields }]))
    const mayWrite = scopesOf(request.principal.scopes).includes('write')
    return {
      id,
      name,
      language,
      indexes: Object.keys(indexes),
      common_questions: commonQuestions,
      ...(mayWrite
        ? { profile: { system_prompt: systemPrompt, model, refuse_without_passages: refuseWithoutPassages, mapping } }
        : {}),
      ...(mayWrite && app.profileStore.writer ? { definition: await app.companies.read(id) } : {}),
    }
  })
}

export default routes
