// POST /v1/chat/completions: OpenAI's clients, unchanged. A model is a company.
import { Type } from 'typebox'
import { coded } from '../../errors.ts'
import { companyIdPattern } from '../../ids.ts'
import { wantsFresh, type WireFormat } from '../format.ts'
import { createOpenAiEncoder, encodeCompletion } from './encoder.ts'
import { openAiError, paramError, paramOf } from './errors.ts'
import { readCompletionRequest, refuseUnsupported } from './request.ts'
import { CompletionBody, completionError, type CompletionFields } from './schema.ts'

export const completionRefusals = {
  401: completionError('The key is missing or not valid'),
  403: completionError('The key may not do this'),
  503: completionError('Overloaded, or a part of the service is unavailable; try again'),
}

const idForm = new RegExp(companyIdPattern)

/** Returns the name if it can be a company's id; nothing else reaches the stores. */
export function asCompanyId (name: string | null | undefined): string | undefined {
  return name && idForm.test(name) ? name : undefined
}

export const openAiFormat: WireFormat<CompletionFields> = {
  url: '/v1/chat/completions',
  schema: {
    tags: ['openai'],
    summary: 'Ask a question with an OpenAI client',
    description:
      'Refuses what the service does not do: `n` > 1, images and audio, a `tool_choice` that demands a tool, `logprobs`, ' +
      '`response_format`. ' +
      "Ignores any other field of OpenAI's.",
    body: CompletionBody,
    response: {
      200: {
        description:
          'A `chat.completion`, or its chunks and `[DONE]` with `"stream": true`. The completion, or the chunk with the ' +
          '`finish_reason`, also has `sources`',
        content: {
          'text/event-stream': { schema: Type.String() },
          'application/json': { schema: Type.Object({}, { additionalProperties: true }) },
        },
      },
      400: completionError('The body is invalid, or asks for something that is not supported'),
      404: completionError('Unknown model'),
      413: completionError('The body is too large'),
      429: completionError('Too many questions'),
      ...completionRefusals,
    },
  },
  hasHistory: true,
  namesModels: true,
  check: refuseUnsupported,
  // Open WebUI sends its header with ENABLE_FORWARD_USER_INFO_HEADERS; LibreChat names its user in the body.
  userOf: ({ body: { user }, headers, ip }) => user || String(headers['x-openwebui-user-id'] ?? '').slice(0, 256) || ip,
  companyOf: ({ body }) => asCompanyId(body.model),
  // A key of one company accepts any name: many clients can only send the names of OpenAI's models.
  chooseCompany ({ body: { model } }, ofKey) {
    if (ofKey !== null) return ofKey
    if (!model) throw paramError('COMPANY_MISSING', 'model', 'Here it is the model: GET /v1/models lists them.')
    const company = asCompanyId(model)
    if (company === undefined) throw coded('UNKNOWN_COMPANY')
    return company
  },
  readQuestion: ({ body, headers }) => ({
    ...readCompletionRequest(body), ...(wantsFresh(headers) ? { fresh: true } : {}),
  }),
  encoderFor ({ body: { stream, stream_options: options }, headers }) {
    if (!stream) return null
    return createOpenAiEncoder({ usage: options?.include_usage === true, openWebUi: headers['x-openwebui-user-id'] !== undefined })
  },
  encodeWhole: encodeCompletion,
  headersOf: answerId => ({ 'x-request-id': answerId }),
  encodeError: ({ code, message, statusCode: status }, thrown) => ({
    contentType: 'application/json; charset=utf-8',
    body: openAiError({ code, message, status }, paramOf(thrown, code)),
  }),
}
