// The service's own wire format: server-sent events, one for each AnswerEvent, or one JSON object.
import type { KeptFormat } from '../../answers/ended-log.ts'
import type { AnswerEvent } from '../../types.ts'

/**
 * Writes `event: <type>`, `id: <answer_id>.<n>`, `data: <the event without its type, as JSON>`.
 * JSON has no bare CR or LF, so no text can end a line or an event.
 */
export const sseEncoder = {
  name: 'sse',
  encode (event: AnswerEvent, answerId: string, n: number) {
    return `event: ${event.type}\nid: ${answerId}.${n}\ndata: ${dataOf(event)}\n\n`
  },
  decode (text: string) {
    return text.split('\n\n').slice(0, -1).map(block => {
      const typeEnd = block.indexOf('\n')
      const type = block.slice('event: '.length, typeEnd)
      const data = block.slice(block.indexOf('\n', typeEnd + 1) + '\ndata: '.length)
      return { type, ...JSON.parse(data) as object } as AnswerEvent
    })
  },
} satisfies KeptFormat

function dataOf (event: AnswerEvent): string {
  // The usual one.
  if (event.type === 'delta' && !event.isRefusal) return `{"text":${JSON.stringify(event.text)}}`
  const { type, ...rest } = event
  return JSON.stringify(rest)
}

/** Collects the events of an answer that ended well into one object. One that was not found has no sources, whatever was read. */
export function encodeWhole (_answerId: string, events: readonly AnswerEvent[]): object {
  let answer = ''
  const parts: Record<string, unknown> = { sources: [] }
  for (const event of events) {
    if (event.type === 'delta') answer += event.text
    else Object.assign(parts, event)
  }
  const { type, ...rest } = parts
  if (rest.finish_reason === 'no_answer') rest.sources = []
  return { ...rest, answer: answer.trim() }
}
