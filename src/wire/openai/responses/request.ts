// Reads a request of OpenAI's Responses API as a question, with the conversation that it continues.
import type { AnswerFormat, QuestionRequest } from '../../../types.ts'
import { paramError } from '../errors.ts'
import { readFormat } from '../answer-form.ts'
import { readMessages, refuse, type CompletionMessage, type Refusals } from '../request.ts'
import { readResponseId } from './id.ts'
import type { InputItem, ResponsesFields } from './schema.ts'

/** Fields that would change the answer in a way that the service does not support. */
const refusals: Refusals = [
  ['background', value => value === false, 'Answers are made while the client waits: background can only be false.'],
  ['prompt', () => false, 'Prompts are not stored here: send instructions and input.'],
  ['tool_choice', value => value === 'auto' || value === 'none', 'Tools are not called: tool_choice can only be "auto" or "none".'],
  ['top_logprobs', value => value === 0, 'Log probabilities are not available.'],
]

/** Throws NOT_SUPPORTED, with the field, when the request asks for something unsupported. */
export function refuseUnsupported (request: ResponsesFields): void {
  refuse(request as Record<string, unknown>, refusals)
  formatOf(request)
  if (request.previous_response_id && request.conversation) {
    throw paramError('NOT_SUPPORTED', 'conversation', 'Send either previous_response_id or conversation.')
  }
}

/** Returns the question. Throws INVALID_BODY, NOT_SUPPORTED or CONVERSATION_NOT_FOUND, with the field. */
export function readResponsesRequest (request: ResponsesFields): QuestionRequest {
  const { input, instructions, previous_response_id: previous, max_output_tokens: maxTokens, temperature } = request
  const messages = typeof input === 'string' ? [{ role: 'user', content: input }] : input.map(messageOf)
  const read = readMessages(messages, 'input')
  const own = [instructions ?? '', read.instructions ?? ''].filter(Boolean).join('\n\n')
  const isKept = request.store !== false && read.history.turns.length === 0
  if (previous && read.history.turns.length > 0) {
    throw paramError('NOT_SUPPORTED', 'input', 'Send either previous_response_id or the earlier messages.')
  }
  const after = previous ? readResponseId(previous) : null
  if (previous && !after) throw paramError('CONVERSATION_NOT_FOUND', 'previous_response_id')
  return {
    message: read.message,
    conversation: after?.conversation ?? conversationOf(request),
    ...(isKept || after ? { continuable: true, ...(after ? { after: after.answerId } : {}) } : { history: read.history }),
    ...formatOf(request),
    ...(own === '' ? {} : { instructions: own }),
    ...(maxTokens ? { maxTokens } : {}),
    ...(temperature === undefined || temperature === null ? {} : { temperature }),
  }
}

function formatOf ({ text }: ResponsesFields): { format?: AnswerFormat } {
  return readFormat(text?.format ?? {}, 'text.format')
}

function conversationOf ({ conversation }: ResponsesFields): string | undefined {
  const id = typeof conversation === 'string' ? conversation : conversation?.id
  if (id === undefined) return undefined
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) {
    throw paramError('INVALID_BODY', 'conversation', 'An id has letters, digits, _ and -, at most 64.')
  }
  return id
}

/** Returns an item as a message of a chat completion. Items that are no messages, such as reasoning, count as a tool's. */
function messageOf (item: InputItem, i: number): CompletionMessage {
  const { type = 'message', role, content } = item
  if (type !== 'message') return { role: 'tool' }
  if (typeof role !== 'string') throw paramError('INVALID_BODY', `input[${i}].role`, 'The role is missing.')
  if (!Array.isArray(content)) return { role, content }
  const parts = content.map((part: { type?: unknown, refusal?: unknown } | null) => {
    if (part?.type === 'refusal') return { type: 'text', text: part.refusal }
    return part?.type === 'input_text' || part?.type === 'output_text' ? { ...part, type: 'text' } : part
  })
  return { role, content: parts, sources: content.flatMap(citedSources) }
}

/** Reads the sources that an answer cites, from an output that a client sends back as it received it. */
function citedSources (part: { text?: unknown, annotations?: unknown } | null): object[] {
  if (typeof part?.text !== 'string' || !Array.isArray(part.annotations)) return []
  const characters = [...part.text]
  return part.annotations.flatMap(({ start_index: start, end_index: end, title }: Record<string, unknown>) => {
    const [, n] = /\[(\d+)\]/.exec(characters.slice(Number(start), Number(end)).join('')) ?? []
    return n === undefined ? [] : [{ n: Number(n), title }]
  })
}
