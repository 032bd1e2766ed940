// Writes OpenAI's chat completions: `chat.completion.chunk` events, or one `chat.completion`.
import type { Encoder } from '../../answers/log.ts'
import { createdAt } from '../../answers/id.ts'
import type { AnswerEvent, FinishEvent, FinishReason, Source, Usage } from '../../types.ts'
import { citationsIn, isWebAddress, sourcesOf } from '../sources.ts'
import { openAiError } from './errors.ts'

export interface CompletionOptions {
  /** `stream_options.include_usage`: the usage in a last chunk of its own, and null in every other chunk. */
  usage: boolean
  /**
   * The client is Open WebUI, which lists the sources that it receives as events of their own, and each citation in a delta once
   * more. They come before the first citation: a refusal or an error has none.
   */
  openWebUi: boolean
  /** The text is the arguments of this function, which the client wants to be called. */
  tool?: string
}

const done = 'data: [DONE]\n\n'

/**
 * Writes a first chunk with the role, the text, a chunk with the citations, and a last one with `finish_reason` and the
 * fields that OpenAI lacks: `sources` and `causerie`, which its clients keep. Then `[DONE]`, also after an error.
 */
export function createOpenAiEncoder ({ usage, openWebUi, tool }: CompletionOptions): Encoder {
  const tail = usage ? ',"usage":null}\n\n' : '}\n\n'
  const chunk = (head: string, delta: string, finishReason: string, more = '') =>
    `${head},"choices":[{"index":0,"delta":${delta},"finish_reason":${finishReason}}]${more}${tail}`
  /** Cites the sources in a delta of its own: proxies that write the last chunk anew drop what else it holds. */
  const citingChunk = (head: string, text: string, sources: Source[], { citations }: FinishEvent) => {
    const delta = { content: '', annotations: annotationsOf(text, sources, citations) }
    return chunk(head, JSON.stringify(delta), 'null', `,"sources":${JSON.stringify(sources)}`)
  }
  const sourceEvents = (head: string, events: readonly AnswerEvent[]) => events
    .flatMap(event => event.type === 'sources' ? event.sources : [])
    .map(source => `${head},"choices":[],"event":${JSON.stringify(openWebUiEvent(source))}${tail}`).join('')
  /** All chunks of an answer begin alike, so the beginning is built once and reused for the next event. */
  let cachedHead: { answerId: string, head: string } | undefined
  const headOf = (answerId: string, first: AnswerEvent) => {
    if (cachedHead?.answerId !== answerId) cachedHead = { answerId, head: chunkHead(answerId, first) }
    return cachedHead.head
  }
  return {
    name: `openai${tool === undefined ? '' : `+${tool}`}${usage ? '+usage' : ''}${openWebUi ? '+open-webui' : ''}`,
    encode (event, answerId, n, events) {
      // An answer that fails before it starts has an error and nothing else.
      if (event.type === 'error') return `data: ${JSON.stringify(openAiError(event))}\n\n${done}`
      const head = headOf(answerId, n === 0 ? event : events[0]!)
      switch (event.type) {
        case 'start':
          return chunk(head, '{"role":"assistant","content":""}', 'null')
        case 'sources':
          return ''
        case 'delta': {
          const listed = openWebUi && isFirstCitation(event.text, events, n) ? sourceEvents(head, events) : ''
          if (tool !== undefined && !event.isRefusal) {
            const call = hasText(events, n) ? { function: { arguments: event.text } } : toolCall(answerId, tool, event.text)
            return chunk(head, JSON.stringify({ tool_calls: [{ index: 0, ...call }] }), 'null')
          }
          return listed + chunk(head, `{"${event.isRefusal ? 'refusal' : 'content'}":${JSON.stringify(event.text)}}`, 'null')
        }
        case 'finish': {
          const sources = sourcesOf(event, events, n)
          const isListed = events.slice(0, n).some(earlier => earlier.type === 'delta' && isCiting(earlier.text))
          const late = isListed || event.citations.length === 0 || sources.length === 0 ? '' : sourceEvents(head, events)
          return (
            (openWebUi ? late : sources.length === 0 ? '' : citingChunk(head, textOf(events.slice(0, n)), sources, event)) +
            chunk(
              head,
              '{}',
              `"${finishReason(event.finish_reason, tool !== undefined && hasText(events, n) && !isRefused(events.slice(0, n)))}"`,
              `,${JSON.stringify(extensions(event, sources)).slice(1, -1)}`
            ) +
            (usage ? `${head},"choices":[],"usage":${JSON.stringify(usageOf(event.usage))}}\n\n` : '') +
            done
          )
        }
      }
    },
  }
}

/** Writes the events of an answer that ended well as one object. @param tool as in `CompletionOptions` */
export function encodeCompletion (answerId: string, events: readonly AnswerEvent[], tool?: string): object {
  const [first, last] = [events[0]!, events.at(-1)!]
  if (last.type !== 'finish') throw new Error('an answer without its end')
  const text = textOf(events).trim()
  const sources = sourcesOf(last, events)
  const isCall = tool !== undefined && !isRefused(events)
  return {
    id: completionId(answerId),
    object: 'chat.completion',
    created: createdAt(answerId),
    model: companyOf(first),
    choices: [
      {
        index: 0,
        message: !isCall
          ? {
              role: 'assistant', ...(isRefused(events) ? { content: null, refusal: text } : { content: text, refusal: null }),
              annotations: annotationsOf(text, sources, last.citations),
            }
          : { role: 'assistant', content: null, refusal: null, tool_calls: [toolCall(answerId, tool!, text)] },
        logprobs: null,
        finish_reason: finishReason(last.finish_reason, isCall),
      },
    ],
    usage: usageOf(last.usage),
    ...extensions(last, sources),
  }
}

function toolCall (answerId: string, name: string, args: string): object {
  return { id: `call_${answerId}`, type: 'function', function: { name, arguments: args } }
}

function textOf (events: readonly AnswerEvent[]): string {
  return events.map(event => event.type === 'delta' ? event.text : '').join('')
}

function isCiting (text: string): boolean {
  return text.includes('[') && /\[\d+\]/.test(text)
}

/** Tells whether this text of event `n` is the first one of its answer that cites. */
function isFirstCitation (text: string, events: readonly AnswerEvent[], n: number): boolean {
  return isCiting(text) && !events.slice(0, n).some(event => event.type === 'delta' && isCiting(event.text))
}

/** Tells whether there is text before event `n`. Mostly the event just before is text, so it looks backwards. */
function hasText (events: readonly AnswerEvent[], n: number): boolean {
  for (let i = n - 1; i >= 0; i--) if (events[i]!.type === 'delta') return true
  return false
}

/** Tells if JSON was asked for, and nothing was found to write it from. */
export function isRefused (events: readonly AnswerEvent[]): boolean {
  return events.some(event => event.type === 'delta' && event.isRefusal)
}

/** Returns OpenAI's citations of web pages; the format has none for a source without an address. */
function annotationsOf (text: string, sources: Source[], cited: number[]): object[] {
  const pages = citationsIn(text, sources, cited).filter(({ source }) => isWebAddress(source.url))
  return pages.map(({ source: { id, title, url }, start, end }) => ({
    type: 'url_citation', url_citation: { start_index: start, end_index: end, title: title || id, url },
  }))
}

function chunkHead (answerId: string, first: AnswerEvent): string {
  const model = JSON.stringify(companyOf(first))
  return `data: {"id":"${completionId(answerId)}","object":"chat.completion.chunk","created":${createdAt(answerId)},"model":${model}`
}

function completionId (answerId: string): string {
  return `chatcmpl-${answerId}`
}

function companyOf (first: AnswerEvent): string {
  return first.type === 'start' ? first.company_id : ''
}

/** Maps a finish reason. OpenAI has none for an answer that was stopped, or that found nothing; `causerie` has. */
function finishReason (reason: FinishReason, isCall: boolean): string {
  if (isCall && reason === 'stop') return 'tool_calls'
  return reason === 'length' || reason === 'content_filter' ? reason : 'stop'
}

function extensions ({ finish_reason, answered_by, citations, degraded }: FinishEvent, sources: Source[]) {
  return { sources, causerie: { finish_reason, answered_by, citations, degraded } }
}

function usageOf ({ input_tokens, output_tokens }: Usage) {
  return { prompt_tokens: input_tokens, completion_tokens: output_tokens, total_tokens: input_tokens + output_tokens }
}

/** Writes a source for Open WebUI, which numbers them as they arrive, one per `metadata.source`; the text's `[n]` leads there. */
function openWebUiEvent ({ id, title, url, snippet, score }: Source): object {
  const name = title || id
  return {
    type: 'source',
    data: { source: { id, name, url }, document: [snippet], metadata: [{ source: id, name, source_url: url }], distances: [score] },
  }
}
