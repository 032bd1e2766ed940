// Shared by the routes that answer questions: finds the company, and sends an answer or an error.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Reader } from '../src/answers/answers.ts'
import { isFor, isForSome, newId } from '../src/answers/id.ts'
import type { Encoder } from '../src/answers/log.ts'
import { CodedError, coded, type ErrorCode } from '../src/errors.ts'
import { namesOf } from '../src/keys/principal.ts'
import type { AnswerEvent } from '../src/types.ts'
import { writeEventStream } from '../src/wire/event-stream.ts'
import type { WireFormat, WireRequest } from '../src/wire/format.ts'
import { sendWhole as sendBytes } from '../src/wire/whole.ts'

/** Returns the company that a request is about: the key's, or the named one where a key opens several. */
export function companyOf (request: FastifyRequest, named: string | undefined): string {
  const company = tenantOf(request, named)
  if (company === null) throw coded('COMPANY_MISSING')
  return company
}

/** Returns the company that a request is confined to; null = none. */
export function tenantOf ({ principal }: FastifyRequest, named: string | undefined): string | null {
  if (principal.company !== null && named !== undefined && named !== principal.company) throw coded('WRONG_COMPANY')
  return principal.company ?? named ?? null
}

/** Returns the user who asks: that of the token, or the one whom the request names. */
export function userOf (request: FastifyRequest, format: Pick<WireFormat, 'userOf'>): string {
  return request.principal.user ?? format.userOf(request as WireRequest) ?? request.ip
}

/** Returns the names of the person who asks in access lists of documents. Throws WRONG_USER when a token's request names groups. */
export function namesIn ({ principal }: FastifyRequest, { user, groups }: { user: string | undefined, groups: unknown }): string[] {
  const theirs = typeof groups === 'string'
    ? groups.split(',').map(group => group.trim()).filter(Boolean)
    : groups as string[] | null | undefined
  if (principal.user !== null && theirs) throw coded('WRONG_USER', 'Its groups are in the token, not in the request.')
  return namesOf(principal, { user, groups: theirs ?? undefined })
}

/** Returns the names of the person who asks a question. */
export function askerNames (request: FastifyRequest, format: Pick<WireFormat, 'userOf'>): string[] {
  const { groups } = request.body as { groups?: unknown }
  return namesIn(request, { user: format.userOf(request as WireRequest), groups })
}

/** Tells whether somebody may read an answer: one that rests on restricted documents is for those who may see the same ones. */
export async function mayRead (app: FastifyInstance, company: string | null, answerId: string, names: () => string[]): Promise<boolean> {
  if (!isForSome(answerId)) return true
  const profile = company === null ? null : await app.profiles.get(company)
  return profile !== null && isFor(answerId, await app.engine.audience(profile, names()) ?? [])
}

/** Sends errors in the wire format, from every route of this scope. */
export function setErrorFormat (app: FastifyInstance, format: WireFormat): void {
  if (!format.encodeError) return
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = app.failRequest(error, request, reply)
    const encoded = format.encodeError!(known, error as Parameters<NonNullable<WireFormat['encodeError']>>[1], request.headers)
    if (!encoded) throw error
    return reply.type(encoded.contentType).send(encoded.body)
  })
}

/** Returns the headers of a stream, as names and values in turn. */
export function streamHeaders (format: WireFormat, answerId: string): string[] {
  const headers = [
    'content-type', format.contentType ?? 'text/event-stream; charset=utf-8', 'cache-control', 'no-cache, no-transform',
    'x-accel-buffering', 'no', 'x-answer-id', answerId,
  ]
  if (format.headersOf) headers.push(...Object.entries(format.headersOf(answerId)).flat())
  return headers
}

/** Streams an answer, past hooks that have nothing to add. The reader is closed when it has ended, or when the client leaves. */
export function sendStream (
  { config }: FastifyInstance, reply: FastifyReply, reader: Reader, format: WireFormat, encoder: Encoder,
): FastifyReply {
  const headers = streamHeaders(format, reader.answerId)
  for (let i = 0; i < headers.length; i += 2) reply.header(headers[i]!, headers[i + 1])
  const whole = reader.whole(encoder)
  if (whole !== null) {
    reader.close()
    reply.hijack()
    // Past hooks that have nothing to add.
    sendBytes(reply.raw, Object.entries(reply.getHeaders()).flat() as string[], whole)
    return reply
  }
  reply.hijack()
  reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>)
  writeEventStream(reply.raw, reader, encoder, config.HEARTBEAT_SECONDS * 1000, format.heartbeat)
  return reply
}

/** Sends an answer as one JSON object once it has ended; throws the answer's error. Closes the reader. */
export async function sendWhole (
  request: WireRequest, reply: FastifyReply, reader: Reader, { encodeWhole, headersOf }: WireFormat,
): Promise<FastifyReply> {
  reply.headers({ ...headersOf?.(reader.answerId) })
  const events = await readWhole(reply, reader)
  return reply.headers({ 'x-answer-id': reader.answerId, 'cache-control': 'no-store' }).send(encodeWhole!(reader.answerId, events, request))
}

/** Sends a reply that was made without an answer. */
export function sendReply (request: WireRequest, reply: FastifyReply, format: WireFormat, company: string, text: string): FastifyReply {
  const id = newId()
  const events: AnswerEvent[] = [
    { type: 'start', answer_id: id, conversation_id: '', company_id: company, model: 'rules', cache: 'miss' },
    { type: 'sources', sources: [] },
    { type: 'delta', text },
    {
      type: 'finish', finish_reason: 'stop', answered_by: 'extractive', citations: [], degraded: false,
      usage: { input_tokens: 0, output_tokens: 0 }, timings_ms: { prompt: 0, embed: 0, search: 0, first_token: 0, total: 0 },
    },
  ]
  reply.headers({ 'cache-control': 'no-store', ...format.headersOf?.(id) })
  const encoder = format.encoderFor(request, id)
  if (!encoder) return reply.send(format.encodeWhole!(id, events, request))
  return reply.type(format.contentType ?? 'text/event-stream; charset=utf-8')
    .send(events.map((event, n) => encoder.encode(event, id, n, events)).join(''))
}

/** Returns all events of an answer. Closes the reader as soon as the client leaves: the answer is then no longer awaited. */
async function readWhole (reply: FastifyReply, reader: Reader): Promise<AnswerEvent[]> {
  reply.raw.once('close', reader.close)
  // The client may have left before there was a reader to close.
  if (reply.raw.destroyed) reader.close()
  try {
    const events = await reader.all()
    const last = events.at(-1)!
    if (last.type === 'error') {
      const { code, message, retry_after_seconds: retryAfterSeconds } = last
      throw Object.assign(new CodedError(code as ErrorCode), { message, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) })
    }
    return events
  } finally {
    reader.close()
  }
}

/** Returns a signal that fires when the client has left, or its answer has been sent. */
export function goneSignal ({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => gone.abort(new Error('the client has left')))
  return gone.signal
}
