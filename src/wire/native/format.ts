// POST /chat: the service's own wire format.
import { Type } from 'typebox'
import { companyIdPattern } from '../../ids.ts'
import { languages } from '../../language/words.ts'
import { wantsFresh, type WireFormat } from '../format.ts'
import { requestKeyOf } from '../request-key.ts'
import { errorResponse } from '../schemas.ts'
import { encodeWhole, sseEncoder } from './encoder.ts'
import { ChatAnswer, ChatBody, type ChatRequest } from './schema.ts'

export const chatResponse = {
  description:
    'Events `start`, `sources`, `delta`…, then `finish` or `error`; or one JSON object (`Accept: application/json`, or `"stream": false`).',
  content: {
    'text/event-stream': { schema: Type.String() },
    'application/json': { schema: ChatAnswer },
  },
}

const plainFields = new Set(['company_id', 'user_id', 'message', 'language', 'stream'])
const companyId = new RegExp(companyIdPattern)

/** The body is absent when a client asks for an existing answer. */
export const nativeFormat: WireFormat<ChatRequest | undefined> = {
  url: '/chat',
  schema: {
    tags: ['chat'],
    summary: 'Ask a question',
    description:
      'Sent again with `Last-Event-ID: <answer_id>.<n>`, it resumes that answer; 204 when nothing follows the event. Sent again with ' +
      'the same `Idempotency-Key`, it makes one turn of its conversation. `Cache-Control: no-cache` asks for a new answer, past the cache.',
    body: ChatBody,
    response: {
      200: chatResponse,
      204: Type.Null({ description: 'Nothing follows Last-Event-ID' }),
      400: errorResponse('The body is invalid'),
      401: errorResponse('The key is missing or not valid'),
      403: errorResponse('The key may not do this, or belongs to another company'),
      404: errorResponse('Unknown company'),
      413: errorResponse('The body is too large'),
      415: errorResponse('The body is not JSON'),
      429: errorResponse('Too many questions'),
      503: errorResponse('Overloaded, or a part of the service is unavailable; try again'),
    },
  },
  hasHistory: false,
  hasEventIds: true,
  userOf: ({ body }) => body?.user_id,
  companyOf: ({ body }) => body!.company_id,
  readQuestion ({ body, headers }) {
    const {
      company_id, user_id, groups, stream, conversation_id: conversation, max_tokens: maxTokens, record, web, resumable, ...rest
    } = body!
    const isFresh = record === false || wantsFresh(headers)
    return {
      ...rest, conversation, maxTokens, requestKey: requestKeyOf(headers), ...(isFresh ? { fresh: true } : {}),
      // The schema has filled in what holds anyway; with it, no question would be plain.
      ...(web === false ? { web } : {}), ...(resumable ? { resumable } : {}), ...(record === false ? { isUnrecorded: true } : {}),
    }
  },
  readPlain (body) {
    if (typeof body !== 'object' || body === null) return null
    for (const name in body) if (!plainFields.has(name)) return null
    const { company_id: company, user_id: user, message, language, stream } = body as Record<string, unknown>
    if (typeof user !== 'string' || user.length === 0 || user.length > 256 || typeof message !== 'string') return null
    if (company !== undefined && (typeof company !== 'string' || !companyId.test(company))) return null
    if (language !== undefined && !(languages as readonly unknown[]).includes(language)) return null
    return stream === undefined || stream === true ? { company, user, message, language: language as string | undefined } : null
  },
  encoderFor ({ headers: { accept = '' }, body }) {
    const wantsStream = body?.stream !== false && (!accept.includes('application/json') || accept.includes('text/event-stream'))
    return wantsStream ? sseEncoder : null
  },
  encodeWhole,
}
