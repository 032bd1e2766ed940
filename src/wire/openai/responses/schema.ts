// The body of POST /v1/responses.
import { Type, type Static } from 'typebox'
import { Filter, Groups } from '../../schemas.ts'
import { orNull } from '../schema.ts'

/** The fields that are read. All others that OpenAI's clients send are ignored or refused: see request.ts. */
export const ResponsesBody = Type.Object(
  {
    model: orNull<string>('string', {
      maxLength: 256,
      description: 'The company to ask: one of `GET /v1/models`. With a key of one company, any name',
      examples: ['petit-nid'],
    }),
    input: Type.Unsafe<string | InputItem[]>({
      anyOf: [{ type: 'string' }, { type: 'array', minItems: 1, items: { type: 'object', additionalProperties: true } }],
      description:
        "The question, or a list of messages whose last one is the question and must be the user's. `system` and `developer` messages " +
        "add to the company's own prompt",
    }),
    instructions: orNull<string>('string', { description: "Adds to the company's own prompt, for this answer" }),
    previous_response_id: orNull<string>('string', {
      maxLength: 256,
      description: 'Continues the conversation after this response of the same user',
    }),
    conversation: Type.Optional(
      Type.Unsafe<string | { id: string } | null>({
        anyOf: [
          { type: ['string', 'null'], maxLength: 64 },
          { type: 'object', required: ['id'], properties: { id: { type: 'string', maxLength: 64 } } },
        ],
        description: 'Continues this conversation, as `conversation_id` of `POST /chat` does',
      })
    ),
    text: orNull<{ format?: Record<string, unknown> | null }>('object', {
      properties: { format: { type: ['object', 'null'] } },
      description: '`format`: `text`, or `json_object` and `json_schema` for a language model that can write them',
    }),
    groups: Type.Optional(Type.Union([Groups, Type.Null()])),
    filter: Type.Optional(Type.Union([Filter, Type.Null()])),
    store: orNull<boolean>('boolean', { description: '`false`: the response is not part of a conversation and cannot be continued' }),
    stream: orNull<boolean>('boolean', {}),
    max_output_tokens: orNull<number>('integer', { minimum: 1, description: 'Longest answer, in tokens; at most LLM_MAX_TOKENS' }),
    temperature: orNull<number>('number', { minimum: 0, maximum: 2 }),
    user: orNull<string>('string', {
      maxLength: 256,
      description:
        'The user who asks, for the rate limit and the conversation. When absent, `safety_identifier`, the header ' +
        "`x-openwebui-user-id`, then the client's address",
    }),
    safety_identifier: orNull<string>('string', { maxLength: 256 }),
    metadata: orNull<Record<string, unknown>>('object', { description: 'Comes back with the response' }),
  },
  { additionalProperties: true }
)

export interface InputItem { type?: string, role?: string, content?: unknown, [key: string]: unknown }

export type ResponsesFields = Static<typeof ResponsesBody>
