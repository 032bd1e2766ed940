// Answers clients that take JSON alone, or streams alone: the protocol wants both named, which forms and scripts do not know.
import { createParser } from 'eventsource-parser'

const json = 'application/json'
const stream = 'text/event-stream'

export interface Accepted {
  /** The header as the protocol wants it; as it was when nothing that it names can be sent. */
  header: string
  /** What may be a stream must be sent as one JSON text. */
  needsJson: boolean
}

/** Reads what a client takes; anything when it does not say. */
export function readAccept (given: string | null): Accepted {
  const ranges = (given?.trim() || '*/*').split(',').map(range => range.split(';')[0]!.trim().toLowerCase())
  const takes = (type: string) => ranges.some(range => range === '*/*' || range === type || range === `${type.split('/')[0]}/*`)
  if (!takes(json) && !takes(stream)) return { header: given!, needsJson: false }
  return { header: `${json}, ${stream}`, needsJson: !takes(stream) }
}

/** Returns a stream of messages as JSON: the response, or a list of them for a list of requests. Progress is left out. */
export async function asJson (response: Response, isList: boolean): Promise<Response> {
  if (!response.headers.get('content-type')?.startsWith(stream)) return response
  const responses: object[] = []
  const parser = createParser({
    onEvent ({ data }) {
      if (data === '') return
      const message = JSON.parse(data) as object
      if ('result' in message || 'error' in message) responses.push(message)
    },
  })
  parser.feed(await response.text())
  const headers = new Headers(response.headers)
  headers.set('content-type', json)
  return new Response(JSON.stringify(isList ? responses : responses.at(-1) ?? null), { status: response.status, headers })
}
