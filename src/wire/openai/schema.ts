// The body of a chat completion, and the error that OpenAI's clients expect.
import { Type, type Static } from 'typebox'
import { Filter, Groups } from '../schemas.ts'

/** A field that clients send as null when it is not set. */
export const orNull = <T>(type: string, more: object) => Type.Optional(Type.Unsafe<T | null>({ type: [type, 'null'], ...more }))

const Message = Type.Object({
  role: Type.Unsafe<string>({ type: 'string', enum: ['system', 'developer', 'user', 'assistant', 'tool', 'function'] }),
  content: Type.Optional(Type.Unknown({
    description: 'A text, or a list of parts of type `text`, `input_text` or `output_text`. ' +
      'An empty last message of the assistant is ignored',
  })),
}, { additionalProperties: true })

/** The fields that are read. All others that OpenAI's clients send are ignored or refused: see request.ts. */
export const CompletionBody = Type.Object(
  {
    model: orNull<string>('string', {
      maxLength: 256,
      description: 'The company to ask: one of `GET /v1/models`. With a key of one company, any name',
      examples: ['petit-nid'],
    }),
    messages: Type.Array(Message, {
      minItems: 1,
      description:
        "The conversation. The last message is the question and must be the user's; `system` and `developer` messages add to the " +
        "company's own prompt",
    }),
    stream: orNull<boolean>('boolean', {}),
    stream_options: orNull<{ include_usage?: boolean | null }>('object', { properties: { include_usage: { type: ['boolean', 'null'] } } }),
    max_tokens: orNull<number>('integer', { minimum: 1, description: 'Longest answer, in tokens; at most LLM_MAX_TOKENS' }),
    max_completion_tokens: orNull<number>('integer', { minimum: 1, description: 'The newer name of `max_tokens`' }),
    temperature: orNull<number>('number', { minimum: 0, maximum: 2 }),
    stop: Type.Optional(
      Type.Unsafe<string | string[] | null>({
        anyOf: [
          { type: 'array', maxItems: 4, items: { type: 'string', maxLength: 256 } },
          { type: ['string', 'null'], maxLength: 256 },
        ],
        description: 'The answer ends before any of these: a text, or up to four',
      })
    ),
    response_format: orNull<Record<string, unknown>>('object', {
      description: '`text`, or `json_object` and `json_schema` for a language model that can write them',
    }),
    groups: Type.Optional(Type.Union([Groups, Type.Null()])),
    filter: Type.Optional(Type.Union([Filter, Type.Null()])),
    user: orNull<string>('string', {
      maxLength: 256,
      description: "The user who asks, for the rate limit. When absent, the header `x-openwebui-user-id`, then the client's address",
    }),
  },
  { additionalProperties: true }
)

export type CompletionFields = Static<typeof CompletionBody>

const CompletionError = Type.Object({
  error: Type.Object({
    message: Type.String({ description: 'The problem, and what to do' }),
    type: Type.String({ description: '`invalid_request_error`, `requests` (too many) or `server_error`' }),
    param: Type.Union([Type.String(), Type.Null()], { description: 'The field that is wrong' }),
    code: Type.String({
      description: "Stable name of the error: `invalid_api_key`, `model_not_found`, `rate_limit_exceeded`, or the service's own code",
    }),
  }),
})

/** Returns how the OpenAPI document describes an error response. */
export const completionError = (description: string) => ({ description, content: { 'application/json': { schema: CompletionError } } })
