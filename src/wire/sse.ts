// The native wire format: server-sent events, one for each AnswerEvent.
import type { Encoder } from '../answers/log.ts'
import type { AnswerEvent } from '../types.ts'

/**
 * `event: <type>`, `id: <answer_id>.<n>`, `data: <the event without its type, as JSON>`.
 * JSON has no bare CR or LF, so nothing in a text can end a line or an event.
 */
export const sseEncoder = {
  name: 'sse',
  encode (event: AnswerEvent, answerId: string, n: number) {
    return `event: ${event.type}\nid: ${answerId}.${n}\ndata: ${data(event)}\n\n`
  },
} satisfies Encoder

/** A comment line: keeps proxies from closing a silent stream, and clients pass it over. */
export const heartbeat = ': ping\n\n'

function data (event: AnswerEvent): string {
  if (event.type === 'delta') return `{"text":${JSON.stringify(event.text)}}`
  const { type, ...rest } = event
  return JSON.stringify(rest)
}
