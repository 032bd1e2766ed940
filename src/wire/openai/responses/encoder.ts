// Writes OpenAI's Responses API: the events of a `response`, or one `response`.
import { createdAt } from '../../../answers/id.ts'
import type { Encoder } from '../../../answers/log.ts'
import type { AnswerEvent, ErrorEvent, FinishEvent, Source, StartEvent } from '../../../types.ts'
import { citationsIn, isWebAddress, sourcesOf, type Citation } from '../../sources.ts'
import { isRefused } from '../encoder.ts'
import { openAiCode } from '../errors.ts'
import { responseId } from './id.ts'
import type { ResponsesFields } from './schema.ts'

/**
 * Makes the encoder of one reader: what it writes contains the reader's own conversation, and numbers its events.
 * The client's text is in one message with one part; citations follow the text, because they are known with its end.
 */
export function createResponsesEncoder (request: ResponsesFields): Encoder {
  let start: StartEvent | undefined
  let sequence = 0
  let hasPart = false
  const write = (type: string, fields: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...fields })}\n\n`
  const place = (answerId: string) => ({ item_id: messageId(answerId), output_index: 0, content_index: 0 })

  function openPart (answerId: string, part: Part): string {
    if (hasPart) return ''
    hasPart = true
    const item = { id: messageId(answerId), type: 'message', status: 'in_progress', role: 'assistant', content: [] }
    return write('response.output_item.added', { output_index: 0, item }) +
      write('response.content_part.added', { ...place(answerId), part })
  }

  function closePart (answerId: string, part: Part, status: string): string {
    if (!hasPart) return ''
    const done = part.type === 'refusal'
      ? write('response.refusal.done', { ...place(answerId), refusal: part.refusal })
      : part.annotations.map((annotation, n) =>
        write('response.output_text.annotation.added', { ...place(answerId), annotation_index: n, annotation })).join('') +
        write('response.output_text.done', { ...place(answerId), text: part.text, logprobs: [] })
    return done +
      write('response.content_part.done', { ...place(answerId), part }) +
      write('response.output_item.done', { output_index: 0, item: message(answerId, part, status) })
  }

  return {
    name: 'responses',
    isOwn: true,
    encode (event, answerId, n, events) {
      switch (event.type) {
        case 'start': {
          start = event
          const response = responseOf(answerId, event, request)
          return write('response.created', { response }) + write('response.in_progress', { response })
        }
        case 'sources':
          return ''
        case 'delta':
          return event.isRefusal
            ? openPart(answerId, { type: 'refusal', refusal: '' }) +
              write('response.refusal.delta', { ...place(answerId), delta: event.text })
            : openPart(answerId, textPart('', [])) +
              write('response.output_text.delta', { ...place(answerId), delta: event.text, logprobs: [] })
        case 'finish': {
          const part = partOf(event, events.slice(0, n))
          const response = finishedResponse(answerId, start!, event, part, sourcesOf(event, events, n), request)
          return closePart(answerId, part, response.status) + write(`response.${response.status}`, { response })
        }
        case 'error': {
          const failed = start ? write('response.failed', { response: failedResponse(answerId, start, event, request) }) : ''
          return failed + write('error', { code: openAiCode(event.code), message: event.message, param: null })
        }
      }
    },
  }
}

/** Writes the events of an answer that ended well as one object. */
export function encodeResponse (answerId: string, events: readonly AnswerEvent[], request: ResponsesFields): object {
  const [first, last] = [events[0]!, events.at(-1)!]
  if (first.type !== 'start' || last.type !== 'finish') throw new Error('an answer without its end')
  return finishedResponse(answerId, first, last, partOf(last, events, text => text.trim()), sourcesOf(last, events), request)
}

type Part = { type: 'refusal', refusal: string } | { type: 'output_text', text: string, annotations: object[], logprobs: [] }

/** Returns the only part of the message. */
function partOf (last: FinishEvent, events: readonly AnswerEvent[], clean = (text: string) => text): Part {
  const text = clean(events.map(event => event.type === 'delta' ? event.text : '').join(''))
  if (isRefused(events)) return { type: 'refusal', refusal: text }
  return textPart(text, citationsIn(text, sourcesOf(last, events), last.citations))
}

function messageId (answerId: string): string {
  return `msg_${answerId}`
}

function message (answerId: string, part: Part, status: string): object {
  return { id: messageId(answerId), type: 'message', status, role: 'assistant', content: [part] }
}

function textPart (text: string, citations: Citation[]): Part {
  return { type: 'output_text', text, annotations: citations.map(annotationOf), logprobs: [] }
}

/** Cites a page by its address, and a document without one as a file. */
function annotationOf ({ source: { id, title, url }, start, end }: Citation): object {
  const name = title || id
  return isWebAddress(url)
    ? { type: 'url_citation', start_index: start, end_index: end, title: name, url }
    : { type: 'file_citation', index: start, file_id: id, filename: name }
}

/** Returns a response that has no text yet. */
function responseOf (answerId: string, { conversation_id: conversation, company_id: company }: StartEvent, request: ResponsesFields) {
  return {
    id: responseId(answerId, conversation),
    object: 'response',
    created_at: createdAt(answerId),
    status: 'in_progress',
    background: false,
    error: null as object | null,
    incomplete_details: null as object | null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    model: company,
    output: [] as object[],
    parallel_tool_calls: true,
    previous_response_id: request.previous_response_id ?? null,
    conversation: request.store === false ? null : { id: conversation },
    reasoning: { effort: null, summary: null },
    store: request.store !== false,
    temperature: request.temperature ?? null,
    text: { format: request.text?.format ?? { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    truncation: 'disabled',
    usage: null as object | null,
    user: request.user ?? null,
    metadata: request.metadata ?? {},
  }
}

function finishedResponse (
  answerId: string, start: StartEvent, last: FinishEvent, part: Part, sources: Source[], request: ResponsesFields,
) {
  const { finish_reason: reason, answered_by, citations, degraded, usage: { input_tokens: input, output_tokens: output } } = last
  const status = reason === 'stop' || reason === 'no_answer' ? 'completed' : 'incomplete'
  return {
    ...responseOf(answerId, start, request),
    status,
    incomplete_details: status === 'completed' ? null : { reason: reason === 'length' ? 'max_output_tokens' : reason },
    output: part.type === 'output_text' && part.text === '' ? [] : [message(answerId, part, status)],
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output,
    },
    sources,
    causerie: { finish_reason: reason, answered_by, citations, degraded },
  }
}

function failedResponse (answerId: string, start: StartEvent, { code, message }: ErrorEvent, request: ResponsesFields): object {
  return { ...responseOf(answerId, start, request), status: 'failed', error: { code: openAiCode(code), message } }
}
