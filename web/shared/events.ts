// Reads the service's own event stream from a response.
import { createParser } from 'eventsource-parser'
import type { AnswerEvent } from '../../src/types.ts'

export interface Received { event: AnswerEvent, id: string }

/** Yields the events as they arrive. Throws what the connection throws. */
export async function * readEvents (body: ReadableStream<Uint8Array>): AsyncGenerator<Received[]> {
  let received: Received[] = []
  const parser = createParser({
    onEvent ({ event, id = '', data }) {
      received.push({ event: { type: event, ...JSON.parse(data) } as AnswerEvent, id })
    },
  })
  const reader = body.getReader()
  const decoder = new TextDecoder()
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      if (received.length > 0) yield received
      received = []
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}
