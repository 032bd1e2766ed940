// The schemas that several routes share.
import { Type } from 'typebox'
import { companyIdPattern, indexKindPattern } from '../src/profiles/profile.ts'

export const ErrorSchema = Type.Object({
  statusCode: Type.Integer(),
  code: Type.String({ description: 'Stable name of the error' }),
  error: Type.String(),
  message: Type.String({ description: 'What is wrong and what to do' }),
})

export const CompanyId = Type.String({ pattern: companyIdPattern, description: 'Whose documents to ask', examples: ['petit-nid'] })

export const ChatBody = Type.Object({
  company_id: Type.Optional(Type.String({ ...CompanyId, description: 'Whose documents to ask; the company of the key when absent' })),
  user_id: Type.String({ minLength: 1, maxLength: 256, description: 'Who asks: for the rate limit, and whose conversations these are. Set it on your server, or make it hard to guess', examples: ['test_001'] }),
  message: Type.String({ description: 'The question', examples: ['Prix lot 300 couches taille 4?'] }),
  conversation_id: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'Given back in `start`; one is made when absent' })),
  stream: Type.Optional(Type.Boolean({ default: true, description: 'false: one JSON object when the answer is whole' })),
  language: Type.Optional(Type.Unsafe<'fr' | 'en' | 'es' | 'de'>({ type: 'string', enum: ['fr', 'en', 'es', 'de'], description: 'Language of the question; guessed when absent' })),
  indexes: Type.Optional(Type.Array(Type.String({ pattern: indexKindPattern }), { minItems: 1, maxItems: 64, uniqueItems: true, description: 'Search these indexes only' })),
  page: Type.Optional(Type.Object({
    path: Type.Optional(Type.String({ maxLength: 2048 })),
    title: Type.Optional(Type.String({ maxLength: 512 })),
    hints: Type.Optional(Type.Array(Type.String({ maxLength: 4096 }), { maxItems: 32 })),
  }, { additionalProperties: false, description: 'The page that the question is asked on' })),
  web: Type.Optional(Type.Boolean({ default: true, description: 'false: do not search the web when the documents do not hold the answer. It is searched only where WEB_SEARCH is set, and never with `indexes`' })),
  resumable: Type.Optional(Type.Boolean({ default: false, description: 'Keep the answer going for a while when the connection is lost' })),
  max_tokens: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Longest answer, in tokens; LLM_MAX_TOKENS at most' })),
  temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 2 })),
}, { additionalProperties: false })

const Source = Type.Object({
  n: Type.Integer({ description: 'Number of its citations: [n]' }),
  id: Type.String({ description: '<index>/<document id>; of a page of the web its address' }),
  index: Type.String({ description: '`web` = a page of the web' }),
  title: Type.String(),
  url: Type.String(),
  score: Type.Number(),
  snippet: Type.String(),
  heading: Type.Optional(Type.String({ description: 'The headings that it stands under' })),
  page: Type.Optional(Type.Integer({ description: 'The page that it begins on' })),
  places: Type.Optional(Type.Array(Type.Object({
    title: Type.String(),
    url: Type.String(),
    heading: Type.Optional(Type.String()),
    page: Type.Optional(Type.Integer()),
  }), { description: 'Other places that say the same' })),
})

export const ChatAnswer = Type.Object({
  answer_id: Type.String(),
  conversation_id: Type.String(),
  company_id: Type.String(),
  model: Type.String(),
  cache: Type.Unsafe<'miss' | 'hit' | 'joined'>({ type: 'string', enum: ['miss', 'hit', 'joined'] }),
  answer: Type.String(),
  sources: Type.Array(Source),
  finish_reason: Type.Unsafe<string>({ type: 'string', enum: ['stop', 'length', 'stopped', 'no_answer'] }),
  answered_by: Type.Unsafe<string>({ type: 'string', enum: ['llm', 'extractive', 'faq', 'similar'] }),
  citations: Type.Array(Type.Integer(), { description: 'The n of the cited sources' }),
  degraded: Type.Boolean(),
  degraded_reason: Type.Optional(Type.String()),
  standalone_question: Type.Optional(Type.String({ description: 'How the question was understood, when it was completed from its conversation' })),
  usage: Type.Object({ input_tokens: Type.Integer(), output_tokens: Type.Integer() }),
  timings_ms: Type.Object({ prompt: Type.Number(), embed: Type.Number(), search: Type.Number(), first_token: Type.Number(), total: Type.Number() }),
})

/** How an error answer is described in the OpenAPI document. */
export const errorResponse = (description: string) => ({ description, content: { 'application/json': { schema: ErrorSchema } } })

export const streamResponse = {
  description: 'Events `start`, `sources`, `delta`…, then `finish` or `error`; or one JSON object (`Accept: application/json`, or `"stream": false`).',
  content: {
    'text/event-stream': { schema: Type.String() },
    'application/json': { schema: ChatAnswer },
  },
}
