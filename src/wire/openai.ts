// OpenAI's chat completions: an answer as `chat.completion.chunk` events or as one `chat.completion`, errors in its shape.
import type { Encoder } from '../answers/log.ts'
import { createdAt } from '../answers/id.ts'
import type { AnswerEvent, FinishEvent, FinishReason, Source, Usage } from '../types.ts'

export interface CompletionFormat {
  /** `stream_options.include_usage`: the figures in a last chunk of their own, and null in every other. */
  usage: boolean
  /** The client is Open WebUI, which lists the sources that reach it as events of its own. */
  openWebUi: boolean
}

const done = 'data: [DONE]\n\n'

/**
 * A first chunk with the role, the text, and a last chunk with `finish_reason` and what OpenAI does not have: `sources`
 * and `causerie`, which its clients keep. Then `[DONE]`, also after an error.
 */
export function createOpenAiEncoder ({ usage, openWebUi }: CompletionFormat): Encoder {
  const tail = usage ? ',"usage":null}\n\n' : '}\n\n'
  const chunk = (head: string, delta: string, finishReason: string, more = '') =>
    `${head},"choices":[{"index":0,"delta":${delta},"finish_reason":${finishReason}}]${more}${tail}`
  /** How all chunks of an answer begin: made once, and kept for its next event. */
  let begun: { answerId: string, head: string } | undefined
  const headOf = (answerId: string, first: AnswerEvent) => {
    if (begun?.answerId !== answerId) begun = { answerId, head: chunkHead(answerId, first) }
    return begun.head
  }
  return {
    name: `openai${usage ? '+usage' : ''}${openWebUi ? '+open-webui' : ''}`,
    encode (event, answerId, n, events) {
      // An answer that failed before it began has an error and nothing else.
      if (event.type === 'error') return data(openAiError(event)) + done
      const head = headOf(answerId, n === 0 ? event : events[0]!)
      switch (event.type) {
        case 'start': return chunk(head, '{"role":"assistant","content":""}', 'null')
        case 'sources': return openWebUi ? event.sources.map(source => `${head},"choices":[],"event":${JSON.stringify(openWebUiEvent(source))}${tail}`).join('') : ''
        case 'delta': return chunk(head, `{"content":${JSON.stringify(event.text)}}`, 'null')
        case 'finish': return chunk(head, '{}', `"${finishReason(event.finish_reason)}"`, `,${JSON.stringify(extra(event, sourcesOf(events, n))).slice(1, -1)}`) +
          (usage ? `${head},"choices":[],"usage":${JSON.stringify(figures(event.usage))}}\n\n` : '') + done
      }
    },
  }
}

/** The events of an answer that has ended well, as one object. */
export function completion (answerId: string, events: readonly AnswerEvent[]): object {
  const [first, last] = [events[0]!, events.at(-1)!]
  if (last.type !== 'finish') throw new Error('an answer without its end')
  const text = events.map(event => event.type === 'delta' ? event.text : '').join('').trim()
  return {
    id: completionId(answerId),
    object: 'chat.completion',
    created: createdAt(answerId),
    model: companyOf(first),
    choices: [{ index: 0, message: { role: 'assistant', content: text, refusal: null }, logprobs: null, finish_reason: finishReason(last.finish_reason) }],
    usage: figures(last.usage),
    ...extra(last, sourcesOf(events, events.length)),
  }
}

/** OpenAI's names for errors that it has, too; the others have the service's own. */
const codes: Record<string, string> = {
  KEY_MISSING: 'invalid_api_key',
  KEY_INVALID: 'invalid_api_key',
  UNKNOWN_COMPANY: 'model_not_found',
  RATE_LIMITED: 'rate_limit_exceeded',
}

/** @param param the field of the request that is wrong */
export function openAiError ({ code, message, status }: { code: string, message: string, status: number }, param: string | null = null): object {
  const type = status >= 500 ? 'server_error' : status === 429 ? 'requests' : 'invalid_request_error'
  return { error: { message, type, param, code: codes[code] ?? code } }
}

function data (value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

function chunkHead (answerId: string, first: AnswerEvent): string {
  return `data: {"id":"${completionId(answerId)}","object":"chat.completion.chunk","created":${createdAt(answerId)},"model":${JSON.stringify(companyOf(first))}`
}

function completionId (answerId: string): string {
  return `chatcmpl-${answerId}`
}

function companyOf (first: AnswerEvent): string {
  return first.type === 'start' ? first.company_id : ''
}

function sourcesOf (events: readonly AnswerEvent[], end: number): Source[] {
  const found = events.find((event, i) => i < end && event.type === 'sources')
  return found?.type === 'sources' ? found.sources : []
}

/** OpenAI has no word for an answer that was stopped, nor for one that says that nothing was found: `causerie` has. */
function finishReason (reason: FinishReason): string {
  return reason === 'length' ? 'length' : 'stop'
}

function extra ({ finish_reason, answered_by, citations, degraded }: FinishEvent, sources: Source[]) {
  return { sources, causerie: { finish_reason, answered_by, citations, degraded } }
}

function figures ({ input_tokens, output_tokens }: Usage) {
  return { prompt_tokens: input_tokens, completion_tokens: output_tokens, total_tokens: input_tokens + output_tokens }
}

/** Open WebUI numbers the sources in the order in which they come, one for each `metadata.source`: the text's `[n]` leads there. */
function openWebUiEvent ({ id, title, url, snippet, score }: Source): object {
  const name = title || id
  return { type: 'source', data: { source: { id, name, url }, document: [snippet], metadata: [{ source: id, name, source_url: url }], distances: [score] } }
}
