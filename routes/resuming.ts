// Resumes an answer when its question is posted again with Last-Event-ID, as clients do that lost their connection.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Reader } from '../src/answers/answers.ts'
import type { AskedQuestions } from '../src/answers/asked.ts'
import type { WireFormat } from '../src/wire/format.ts'
import { askerNames, mayRead, sendStream, userOf } from './answering.ts'

/** Returns the id of the last event that a client has seen, or ''. Clients that may set no headers put it into the address. */
export function lastEventIdOf ({ headers, query }: Pick<FastifyRequest, 'headers' | 'query'>): string {
  const { lastEventId } = query as { lastEventId?: unknown }
  return String(headers['last-event-id'] || (typeof lastEventId === 'string' ? lastEventId : ''))
}

/** Sends what the client lacks of its answer. Returns null, and sends nothing, if the question has to be asked. */
export async function resumeAnswer (
  app: FastifyInstance, asked: AskedQuestions, format: WireFormat, company: string, request: FastifyRequest, reply: FastifyReply,
): Promise<FastifyReply | null> {
  const [, id = '', n] = /^([A-Za-z0-9_-]{1,64})\.(\d{1,9})$/.exec(lastEventIdOf(request)) ?? []
  const encoder = n === undefined ? null : format.encoderFor(request, id)
  if (!encoder) return null
  if (!await mayRead(app, company, id, () => askerNames(request, format))) return null
  const isSame = asked.matches(id, company, format.readQuestion(request).message)
  const reader = isSame === false ? null : await app.answers.join(company, id, Number(n) + 1, userOf(request, format))
  if (!reader) return null
  const last = reader.hasEnded() ? (await reader.all()).at(-1)! : null
  const wasCut = last?.type === 'finish' && last.finish_reason === 'stopped'
  // A client that has seen an error, or an end that this process cannot tell to be its own, asks again.
  if (wasCut || (reader.isExhausted() && (last?.type !== 'finish' || isSame === null))) return leave(reader)
  if (!reader.isExhausted()) return sendStream(app, reply, reader, format, encoder)
  reader.close()
  // A client that reconnects stops at 204.
  return reply.code(204).send(null)
}

function leave (reader: Reader): null {
  reader.close()
  return null
}
