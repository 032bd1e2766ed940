// POST /v1/responses: OpenAI's Responses API, text in and text out. A model is a company.
import { wantsFresh, type WireFormat } from '../../format.ts'
import { keyOf, requestKeyOf } from '../../request-key.ts'
import { answerResponse, asCompanyId, chooseCompany, errorsAbout, headersOf, questionRefusals, userOf } from '../common.ts'
import { createResponsesEncoder, encodeResponse } from './encoder.ts'
import { readResponsesRequest, refuseUnsupported } from './request.ts'
import { ResponsesBody, type ResponsesFields } from './schema.ts'

export const responsesFormat: WireFormat<ResponsesFields> = {
  url: '/v1/responses',
  schema: {
    tags: ['openai'],
    summary: "Ask a question with OpenAI's Responses API",
    description:
      'Text in, text out; the text cites its sources in `annotations`. Refuses images and files, `background`, `prompt`, and a ' +
      "`tool_choice` that demands a tool. Ignores any other field of OpenAI's.",
    body: ResponsesBody,
    response: {
      200: answerResponse('A `response`, or its events with `"stream": true`. The response also has `sources`'),
      ...questionRefusals,
    },
  },
  hasHistory: true,
  namesModels: true,
  check: refuseUnsupported,
  userOf: ({ body, headers }) => userOf({ body: { user: body.user || body.safety_identifier || null }, headers }),
  companyOf: ({ body }) => asCompanyId(body.model),
  chooseCompany,
  readQuestion (request) {
    const question = readResponsesRequest(request.body)
    const { after, message } = question
    // The same question after the same response is the same request.
    const requestKey = requestKeyOf(request.headers) ?? (after === undefined ? undefined : keyOf(after, message))
    return { ...question, filter: request.body.filter, requestKey, ...(wantsFresh(request.headers) ? { fresh: true } : {}) }
  },
  encoderFor: ({ body }) => body.stream ? createResponsesEncoder(body) : null,
  encodeWhole: (answerId, events, { body }) => encodeResponse(answerId, events, body),
  headersOf,
  encodeError: errorsAbout('input'),
}
