// POST /v1/chat/completions: OpenAI's clients, unchanged. A model is a company.
import { wantsFresh, type WireFormat } from '../format.ts'
import { answerResponse, asCompanyId, chooseCompany, errorsAbout, headersOf, questionRefusals, userOf } from './common.ts'
import { replyToChore } from './chore-replies.ts'
import { createOpenAiEncoder, encodeCompletion } from './encoder.ts'
import { forcedTool } from './answer-form.ts'
import { choreOf, readCompletionRequest, refuseUnsupported } from './request.ts'
import { CompletionBody, type CompletionFields } from './schema.ts'

export const openAiFormat: WireFormat<CompletionFields> = {
  url: '/v1/chat/completions',
  schema: {
    tags: ['openai'],
    summary: 'Ask a question with an OpenAI client',
    description:
      'Refuses what the service does not do: `n` > 1, images and audio, a `tool_choice` that demands one of several tools, `logprobs`. ' +
      "Ignores any other field of OpenAI's.",
    body: CompletionBody,
    response: {
      200: answerResponse(
        'A `chat.completion`, or its chunks and `[DONE]` with `"stream": true`. The completion, or the chunk with the ' +
        '`finish_reason`, also has `sources`'
      ),
      ...questionRefusals,
    },
  },
  hasHistory: true,
  namesModels: true,
  check: refuseUnsupported,
  replyTo (body) {
    const chore = choreOf(body)
    return chore && (company => replyToChore(chore, company))
  },
  userOf,
  companyOf: ({ body }) => asCompanyId(body.model),
  chooseCompany,
  readQuestion: ({ body, headers }) =>
    ({ ...readCompletionRequest(body), filter: body.filter, ...(wantsFresh(headers) ? { fresh: true } : {}) }),
  encoderFor ({ body, headers }) {
    const { stream, stream_options: options } = body
    if (!stream) return null
    const tool = forcedTool(body)?.name
    return createOpenAiEncoder({
      usage: options?.include_usage === true,
      openWebUi: headers['x-openwebui-user-id'] !== undefined,
      ...(tool === undefined ? {} : { tool }),
    })
  },
  encodeWhole: (answerId, events, { body }) => encodeCompletion(answerId, events, forcedTool(body)?.name),
  headersOf,
  encodeError: errorsAbout('messages'),
}
