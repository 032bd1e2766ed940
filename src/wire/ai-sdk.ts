// The AI SDK's UI message stream (version 1): server-sent events without a name, each a JSON chunk, and `[DONE]`.
import type { Encoder } from '../answers/log.ts'
import type { AnswerEvent, FinishEvent, Source } from '../types.ts'

/** The header by which its clients know the format. */
export const uiMessageStreamHeader = { 'x-vercel-ai-ui-message-stream': 'v1' }

const textStart = 'data: {"type":"text-start","id":"0"}\n\n'
const textEnd = 'data: {"type":"text-end","id":"0"}\n\n'
const done = 'data: [DONE]\n\n'

/**
 * `start`, the text, the cited sources, and `finish`, `abort` or `error`. Some of its clients refuse a chunk with a key
 * that is not in the format, so every key here is.
 *
 * The source parts come after the text: a page lists all that a message has, and what was found but is not cited says
 * nothing about the answer. Which ones are cited is known at the end.
 * @param messageId the message's id in the client's chat; the answer's when absent. It is in `start` alone, which is
 * encoded for each reader: nothing that readers share depends on it.
 */
export function createAiSdkEncoder (messageId?: string): Encoder {
  return {
    name: 'ai-sdk',
    encode (event, answerId, n, events) {
      switch (event.type) {
        case 'start': return chunk({ type: 'start', messageId: messageId ?? answerId })
        case 'sources': return ''
        case 'delta': return `${hasText(events, n) ? '' : textStart}data: {"type":"text-delta","id":"0","delta":${JSON.stringify(event.text)}}\n\n`
        case 'finish': return (hasText(events, n) ? textEnd : '') + cited(event, events, n).map(sourcePart).map(chunk).join('') + chunk(ending(event)) + done
        case 'error': return (hasText(events, n) ? textEnd : '') + chunk({ type: 'error', errorText: errorText(event) }) + done
      }
    },
  }
}

/** An error as its clients show it: they have a text and nothing else. The code is its last word, in parentheses. */
export function errorText ({ message, code }: { message: string, code: string }): string {
  return `${message} (${code})`
}

function chunk (value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

/** Whether there is text before event `n`. It is the event before, but for the first delta and what may stand between. */
function hasText (events: readonly AnswerEvent[], n: number): boolean {
  for (let i = n - 1; i >= 0; i--) if (events[i]!.type === 'delta') return true
  return false
}

function cited ({ citations }: FinishEvent, events: readonly AnswerEvent[], n: number): Source[] {
  const found = events.find((event, i) => i < n && event.type === 'sources')
  return found?.type === 'sources' ? found.sources.filter(source => citations.includes(source.n)) : []
}

/** `sourceId` is the number that the text cites, so that a page can lead from `[2]` to its source. */
function sourcePart ({ n, id, index, title, url, snippet }: Source): object {
  const shared = { sourceId: String(n), title: title || id, providerMetadata: { causerie: { id, index, snippet } } }
  return isWebAddress(url) ? { type: 'source-url', url, ...shared } : { type: 'source-document', mediaType: 'text/plain', ...shared }
}

/** A page makes a link of it: `javascript:` and the like must not become one. */
function isWebAddress (url: string): boolean {
  return ['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '')
}

function ending ({ finish_reason, answered_by, citations, degraded }: FinishEvent): object {
  if (finish_reason === 'stopped') return { type: 'abort' }
  return {
    type: 'finish',
    // The format has no word for "not found". Metadata is any application's own: a client keeps it with the message.
    finishReason: finish_reason === 'length' ? 'length' : 'stop',
    messageMetadata: { finish_reason, answered_by, citations, degraded },
  }
}
