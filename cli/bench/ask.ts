// Asks one question as a client does, and measures what its user would see.
import { createParser } from 'eventsource-parser'
import { request, type Dispatcher } from 'undici'

export interface Asked {
  /** `ok`, or the code of the error: of the service, `HTTP_…` or `BROKEN`. */
  code: string
  /** How the answer ended and what made it; empty after an error. */
  finishReason: string
  answeredBy: string
  cache: string
  degraded: boolean
  /** From the time at which the question was due, so that a service that stalls is not spared the wait; ms. */
  firstTokenMs: number | null
  totalMs: number
}

export interface Question { company?: string | undefined, user: string, message: string, fresh: boolean }

export interface AskOptions { address: string, key: string | undefined, dispatcher: Dispatcher, timeoutMs: number, signal: AbortSignal }

export async function askOnce ({ company, user, message, fresh }: Question, dueAt: number, options: AskOptions): Promise<Asked> {
  const { address, key, dispatcher, timeoutMs, signal } = options
  const since = () => performance.now() - dueAt
  const asked: Asked = { code: 'BROKEN', finishReason: '', answeredBy: '', cache: '', degraded: false, firstTokenMs: null, totalMs: 0 }
  try {
    const { statusCode, body } = await request(`${address}/chat`, {
      dispatcher,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(key ? { authorization: `Bearer ${key}` } : {}),
        ...(fresh ? { 'cache-control': 'no-cache' } : {}),
      },
      body: JSON.stringify({ ...(company === undefined ? {} : { company_id: company }), user_id: user, message }),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal,
    })
    if (statusCode !== 200) {
      const problem = await body.json().catch(() => null) as { code?: unknown } | null
      asked.code = typeof problem?.code === 'string' ? problem.code : `HTTP_${statusCode}`
    } else {
      const parser = createParser({ onEvent: ({ event, data }) => { note(asked, event ?? '', data, since) } })
      const decoder = new TextDecoder()
      for await (const chunk of body as AsyncIterable<Uint8Array>) parser.feed(decoder.decode(chunk, { stream: true }))
    }
  } catch (error) {
    signal.throwIfAborted()
    asked.code = (error as NodeJS.ErrnoException).code ?? 'BROKEN'
  }
  asked.totalMs = since()
  return asked
}

function note (asked: Asked, event: string, text: string, since: () => number): void {
  if (event === 'delta') asked.firstTokenMs ??= since()
  if (!['start', 'finish', 'error'].includes(event)) return
  const data = JSON.parse(text) as Record<string, unknown>
  if (event === 'start') asked.cache = String(data.cache)
  else if (event === 'error') asked.code = String(data.code)
  else {
    const { finish_reason: finishReason, answered_by: answeredBy, degraded } = data
    Object.assign(asked, { code: 'ok', finishReason, answeredBy, degraded: degraded === true })
  }
}
