// Writes the AI SDK's UI message stream (version 1): unnamed server-sent events, each a JSON chunk, then `[DONE]`.
import type { Encoder } from '../../answers/log.ts'
import type { AnswerEvent, FinishEvent, FinishReason, Source } from '../../types.ts'
import { isWebAddress } from '../sources.ts'

/** The header by which clients recognise the format. */
export const uiMessageStreamHeader = { 'x-vercel-ai-ui-message-stream': 'v1' }

const textStart = 'data: {"type":"text-start","id":"0"}\n\n'
const textEnd = 'data: {"type":"text-end","id":"0"}\n\n'
const done = 'data: [DONE]\n\n'

/**
 * Writes `start`, the text, the cited sources, and `finish`, `abort` or `error`. Some clients refuse a chunk with a key
 * that is not in the format, so every key here is.
 *
 * The sources come after the text: a page lists all sources of a message, and one that is not cited says nothing about
 * the answer. Which ones are cited is known at the end.
 * @param messageId the message's id in the client's chat; the answer's id when absent. It appears in `start` alone,
 * which is encoded for each reader, so nothing that readers share depends on it.
 */
export function createAiSdkEncoder (messageId?: string): Encoder {
  return {
    name: 'ai-sdk',
    encode (event, answerId, n, events) {
      switch (event.type) {
        case 'start':
          return encodeChunk({ type: 'start', messageId: messageId ?? answerId })
        case 'sources':
          return ''
        case 'delta':
          return `${hasText(events, n) ? '' : textStart}data: {"type":"text-delta","id":"0","delta":${JSON.stringify(event.text)}}\n\n`
        case 'finish':
          return (
            closeText(events, n) +
            citedSources(event, events, n).map(sourcePart).map(encodeChunk).join('') +
            encodeChunk(lastChunk(event)) +
            done
          )
        case 'error':
          return closeText(events, n) + encodeChunk({ type: 'error', errorText: errorText(event) }) + done
      }
    },
  }
}

/** Writes an error as its clients show it. They show a text and nothing else, so the code follows in parentheses. */
export function errorText ({ message, code }: { message: string, code: string }): string {
  return `${message} (${code})`
}

function encodeChunk (value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`
}

/** Tells whether there is text before event `n`. Mostly the event just before is text, so it looks backwards. */
function hasText (events: readonly AnswerEvent[], n: number): boolean {
  for (let i = n - 1; i >= 0; i--) if (events[i]!.type === 'delta') return true
  return false
}

function closeText (events: readonly AnswerEvent[], n: number): string {
  return hasText(events, n) ? textEnd : ''
}

function citedSources ({ citations }: FinishEvent, events: readonly AnswerEvent[], n: number): Source[] {
  const found = events.find((event, i) => i < n && event.type === 'sources')
  return found?.type === 'sources' ? found.sources.filter(source => citations.includes(source.n)) : []
}

/** Writes a source; its `sourceId` is the number that the text cites, so that a page can lead from `[2]` to its source. */
function sourcePart ({ n, id, index, title, url, snippet }: Source): object {
  const shared = { sourceId: String(n), title: title || id, providerMetadata: { causerie: { id, index, snippet } } }
  return isWebAddress(url) ? { type: 'source-url', url, ...shared } : { type: 'source-document', mediaType: 'text/plain', ...shared }
}

const finishReasons: Partial<Record<FinishReason, string>> = { length: 'length', content_filter: 'content-filter' }

function lastChunk ({ finish_reason, answered_by, citations, degraded }: FinishEvent): object {
  if (finish_reason === 'stopped') return { type: 'abort' }
  return {
    type: 'finish',
    // The format has no finish reason for "not found". Metadata is free for any application: a client keeps it with the message.
    finishReason: finishReasons[finish_reason] ?? 'stop',
    messageMetadata: { finish_reason, answered_by, citations, degraded },
  }
}
