// /v1: what OpenAI's clients ask for. A model is a company: chat completions, and the list of models.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyError, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import { coded } from '../src/errors.ts'
import { companyIdPattern } from '../src/profiles/profile.ts'
import { createOpenAiEncoder, completion, openAiError } from '../src/wire/openai.ts'
import { paramError, readCompletionRequest, refuseUnsupported } from '../src/wire/openai-request.ts'
import { sendStream, wholeAnswer } from './asking.ts'

/** A field that its clients send as null when it is not set. */
const orNull = <T>(type: string, more: object) => Type.Optional(Type.Unsafe<T | null>({ type: [type, 'null'], ...more }))

const Message = Type.Object({
  role: Type.Unsafe<string>({ type: 'string', enum: ['system', 'developer', 'user', 'assistant', 'tool', 'function'] }),
  content: Type.Optional(Type.Unknown({ description: 'A text, or a list of parts of type `text`' })),
}, { additionalProperties: true })

/** What is read; whatever else OpenAI's clients send is passed over or refused: see src/wire/openai-request.ts. */
const CompletionBody = Type.Object({
  model: orNull<string>('string', { maxLength: 256, description: 'The company that is asked: one of `GET /v1/models`. With a key of one company, any name', examples: ['petit-nid'] }),
  messages: Type.Array(Message, { minItems: 1, description: 'The conversation. The last one is the question, and the user\'s; `system` and `developer` add to the company\'s own prompt' }),
  stream: orNull<boolean>('boolean', {}),
  stream_options: orNull<{ include_usage?: boolean | null }>('object', { properties: { include_usage: { type: ['boolean', 'null'] } } }),
  max_tokens: orNull<number>('integer', { minimum: 1, description: 'Longest answer, in tokens; LLM_MAX_TOKENS at most' }),
  max_completion_tokens: orNull<number>('integer', { minimum: 1, description: 'The newer name of `max_tokens`' }),
  temperature: orNull<number>('number', { minimum: 0, maximum: 2 }),
  stop: Type.Optional(Type.Unsafe<string | string[] | null>({ anyOf: [{ type: 'array', maxItems: 4, items: { type: 'string', maxLength: 256 } }, { type: ['string', 'null'], maxLength: 256 }], description: 'The answer ends before any of these: a text, or up to four' })),
  user: orNull<string>('string', { maxLength: 256, description: 'Who asks: for the rate limit. Else the header `x-openwebui-user-id`, else the client\'s address' }),
}, { additionalProperties: true })

const ErrorBody = Type.Object({
  error: Type.Object({
    message: Type.String({ description: 'What is wrong and what to do' }),
    type: Type.String({ description: '`invalid_request_error`, `requests` (too many) or `server_error`' }),
    param: Type.Union([Type.String(), Type.Null()], { description: 'The field that is wrong' }),
    code: Type.String({ description: 'Stable name of the error: `invalid_api_key`, `model_not_found`, `rate_limit_exceeded`, else the service\'s own' }),
  }),
})
const Model = Type.Object({ id: Type.String({ description: 'The company\'s id' }), object: Type.Literal('model'), created: Type.Integer(), owned_by: Type.String() })

const problem = (description: string) => ({ description, content: { 'application/json': { schema: ErrorBody } } })
const refused = { 401: problem('No key, or one that does not work'), 403: problem('The key may not do this'), 503: problem('Overloaded, or a part is missing; try again') }

const routes: FastifyPluginAsyncTypebox = async app => {
  const { config } = app
  const model = (id: string) => ({ id, object: 'model' as const, created: begun, owned_by: 'causerie' })
  /** Companies have no date that could be told. */
  const begun = Math.floor(Date.now() / 1000)

  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { code, message, statusCode: status } = app.failRequest(error, request, reply)
    return reply.send(openAiError({ code, message, status }, paramOf(error, code)))
  })

  app.post('/v1/chat/completions', {
    ...app.authorize('chat'),
    // Before the questions are counted: what is refused was none.
    preHandler: async ({ body }) => refuseUnsupported(body as Static<typeof CompletionBody>),
    config: app.questionLimit(userOf, ({ body }) => knownForm((body as Static<typeof CompletionBody>).model)),
    bodyLimit: config.MAX_MESSAGES_BYTES,
    schema: {
      tags: ['openai'],
      summary: 'Ask a question with an OpenAI client',
      description: 'What cannot be done is refused (`n` > 1, images and audio, a `tool_choice` that demands a tool, `logprobs`, `response_format`); any other field of OpenAI\'s is passed over.',
      body: CompletionBody,
      response: {
        200: {
          description: 'A `chat.completion`, or with `"stream": true` its chunks and `[DONE]`. `sources` stands in it, or in the chunk that has the `finish_reason`',
          content: { 'text/event-stream': { schema: Type.String() }, 'application/json': { schema: Type.Object({}, { additionalProperties: true }) } },
        },
        400: problem('The body is not as it should be, or asks for what cannot be done'),
        404: problem('No such model'),
        413: problem('The body is too large'),
        429: problem('Too many questions'),
        ...refused,
      },
    },
    // The schema says it for the OpenAPI document; what is sent is made by the encoder.
    serializerCompiler: () => data => JSON.stringify(data),
  }, async (request, reply) => {
    const { body } = request
    const reader = await app.ask({ ...readCompletionRequest(body), company: companyAsked(request, body.model), user: userOf(request) })
    reply.header('x-request-id', reader.answerId)
    if (body.stream) {
      const format = { usage: body.stream_options?.include_usage === true, openWebUi: request.headers['x-openwebui-user-id'] !== undefined }
      return sendStream(app, reply, reader, createOpenAiEncoder(format))
    }
    const events = await wholeAnswer(reply, reader)
    return reply.header('x-answer-id', reader.answerId).header('cache-control', 'no-store').send(completion(reader.answerId, events))
  })

  app.get('/v1/models', {
    ...app.authorize('chat'),
    schema: {
      tags: ['openai'],
      summary: 'The companies that the key may ask',
      response: { 200: Type.Object({ object: Type.Literal('list'), data: Type.Array(Model) }), ...refused },
    },
  }, async ({ tenant }) => {
    const companies = tenant.company === null ? await app.promptStore.companies(AbortSignal.timeout(listTimeoutMs)) : [tenant.company]
    return { object: 'list' as const, data: companies.map(model) }
  })

  app.get('/v1/models/:model', {
    ...app.authorize('chat'),
    schema: {
      tags: ['openai'],
      summary: 'One company that the key may ask',
      params: Type.Object({ model: Type.String() }),
      response: { 200: Model, 404: problem('No such model'), ...refused },
    },
  }, async ({ params, tenant }) => {
    const id = knownForm(params.model)
    const allowed = id !== undefined && (tenant.company === null || tenant.company === id)
    if (!allowed || !await app.prompts.get(id)) throw coded('UNKNOWN_COMPANY')
    return model(id)
  })
}

export default routes

const listTimeoutMs = 5000
const idForm = new RegExp(companyIdPattern)

/** A key of one company accepts any name: many clients can only send that of one of OpenAI's models. */
function companyAsked ({ tenant }: FastifyRequest, named: string | null | undefined): string {
  if (tenant.company !== null) return tenant.company
  if (!named) throw paramError('COMPANY_MISSING', 'model', 'Here it is the model: GET /v1/models lists them.')
  const company = knownForm(named)
  if (company === undefined) throw coded('UNKNOWN_COMPANY')
  return company
}

/** An id that a company may have; nothing else reaches the stores. */
function knownForm (name: string | null | undefined): string | undefined {
  return name && idForm.test(name) ? name : undefined
}

/** Open WebUI's header is sent with ENABLE_FORWARD_USER_INFO_HEADERS; LibreChat names its user in the body. */
function userOf ({ body, headers, ip }: FastifyRequest): string {
  const { user } = body as Static<typeof CompletionBody>
  return user || String(headers['x-openwebui-user-id'] ?? '').slice(0, 256) || ip
}

/** The field that an error is about, as OpenAI writes it: `messages[0].role`. */
function paramOf (error: FastifyError & { param?: string }, code: string): string | null {
  const [wrong] = error.validation ?? []
  if (wrong) {
    const path = [...wrong.instancePath.split('/').slice(1), ...'missingProperty' in wrong.params ? [wrong.params.missingProperty as string] : []]
    return path.map((part, i) => /^\d+$/.test(part) ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`).join('') || null
  }
  if (code === 'MESSAGE_EMPTY' || code === 'MESSAGE_TOO_LONG') return 'messages'
  return code === 'UNKNOWN_COMPANY' ? 'model' : error.param ?? null
}
