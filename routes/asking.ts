// What the routes that take a question share: whose it is, and how its answer is streamed.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Reader } from '../src/answers/answers.ts'
import type { Encoder } from '../src/answers/log.ts'
import { CodedError, coded, type ErrorCode } from '../src/errors.ts'
import type { AnswerEvent } from '../src/types.ts'
import { createEventStream } from '../src/wire/event-stream.ts'

/** The company that is asked: the key's, or the one that is named where a key opens several. */
export function companyOf (request: FastifyRequest, named: string | undefined): string {
  const company = tenantOf(request, named)
  if (company === null) throw coded('COMPANY_MISSING')
  return company
}

/** The company that a request is confined to; null = none. */
export function tenantOf ({ tenant }: FastifyRequest, named: string | undefined): string | null {
  if (tenant.company !== null && named !== undefined && named !== tenant.company) throw coded('WRONG_COMPANY')
  return tenant.company ?? named ?? null
}

/** Streams an answer in a format. The reader is closed when the stream has ended, or the client is gone. */
export function sendStream ({ config }: FastifyInstance, reply: FastifyReply, reader: Reader, encoder: Encoder): FastifyReply {
  reply.headers({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    'x-answer-id': reader.answerId,
  })
  const whole = reader.whole(encoder)
  if (whole) {
    reader.close()
    return reply.send(whole)
  }
  return reply.send(createEventStream(reader, encoder, config.HEARTBEAT_SECONDS * 1000))
}

/**
 * The events of an answer once it has ended; throws the answer's error. The reader is closed, also when the client
 * leaves before that: then nobody waits for the answer any more.
 */
export async function wholeAnswer (reply: FastifyReply, reader: Reader): Promise<AnswerEvent[]> {
  reply.raw.once('close', reader.close)
  // The client may have left before there was a reader to close.
  if (reply.raw.destroyed) reader.close()
  try {
    const events = await reader.all()
    const last = events.at(-1)!
    if (last.type === 'error') throw Object.assign(new CodedError(last.code as ErrorCode), { message: last.message })
    return events
  } finally {
    reader.close()
  }
}
