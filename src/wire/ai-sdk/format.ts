// POST /api/chat: the AI SDK's useChat, unchanged.
import { Type } from 'typebox'
import type { WireFormat } from '../format.ts'
import { ErrorSchema } from '../schemas.ts'
import { createAiSdkEncoder, errorText, uiMessageStreamHeader } from './encoder.ts'
import { conversationIdOf, messageIdOf, readUiMessages } from './request.ts'
import { UiChatBody, UiChatQuery, type UiChatRequest, type UiQuery } from './schema.ts'

export const uiStreamResponse = {
  description:
    'A UI message stream: `start`, `text-start`, `text-delta`…, `text-end`, `source-url` and `source-document` for the cited sources, ' +
    'then `finish`, `abort` or `error`, and `[DONE]`',
  content: { 'text/event-stream': { schema: Type.String() } },
}

export const uiErrorResponse = (description: string) => ({
  description,
  content: {
    'text/plain': { schema: Type.String({ description: 'The problem, and what to do, then the code in parentheses' }) },
    'application/json': { schema: ErrorSchema },
  },
})

export const uiRefusals = {
  400: uiErrorResponse('The request is invalid'),
  401: uiErrorResponse('The key is missing or not valid'),
  403: uiErrorResponse('The key may not do this, or belongs to another company'),
}

/** The body is absent when a client asks for the running answer. */
export const aiSdkFormat: WireFormat<UiChatRequest | undefined, UiQuery> = {
  url: '/api/chat',
  schema: {
    tags: ['ai-sdk'],
    summary: "Ask a question with the AI SDK's useChat",
    body: UiChatBody,
    querystring: UiChatQuery,
    response: {
      200: uiStreamResponse,
      ...uiRefusals,
      404: uiErrorResponse('Unknown company'),
      413: uiErrorResponse('The body is too large'),
      429: uiErrorResponse('Too many questions'),
      503: uiErrorResponse('Overloaded, or a part of the service is unavailable; try again'),
    },
  },
  hasHistory: true,
  userOf: ({ body, query }) => body?.user_id ?? query.user_id,
  companyOf: ({ body, query }) => body?.company_id ?? query.company_id,
  readQuestion ({ body }) {
    const { id, language, indexes, filter, page, max_tokens: maxTokens, temperature, trigger, resumable } = body!
    return {
      ...readUiMessages(body!),
      conversation: id ? conversationIdOf(id) : undefined,
      language,
      indexes,
      filter,
      page,
      maxTokens,
      temperature,
      fresh: trigger === 'regenerate-message',
      findable: true,
      resumable,
    }
  },
  encoderFor: ({ body }, answerId) => createAiSdkEncoder(body && messageIdOf(answerId, body)),
  headersOf: () => uiMessageStreamHeader,
  // useChat shows the body of a failed request as its error's message, so it is a sentence, as in a stream.
  encodeError: (error, _, { accept = '' }) =>
    accept.includes('application/json') ? null : { contentType: 'text/plain; charset=utf-8', body: errorText(error) },
}
