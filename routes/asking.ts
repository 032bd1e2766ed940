// What the routes that take a question share: whose it is, whether it can be asked, and how its answer is streamed.
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Reader } from '../src/answers/answers.ts'
import type { Encoder } from '../src/answers/log.ts'
import type { Page } from '../src/chat/messages.ts'
import { coded } from '../src/errors.ts'
import { questionLanguage } from '../src/query/language.ts'
import type { History, Language } from '../src/types.ts'
import { createEventStream } from '../src/wire/event-stream.ts'

/** A question as a client asks it, whatever its format. */
export interface Asked {
  company: string
  /** Who asks, within the company. */
  user: string
  message: string
  /** Made when absent. */
  conversation?: string | undefined
  /** What was said before, from a client that keeps it itself; absent: the conversation is continued from where it is kept. */
  history?: History | undefined
  /** The client's own system message. */
  instructions?: string | undefined
  /** Guessed when absent. */
  language?: string | undefined
  indexes?: string[] | undefined
  page?: Page | undefined
  maxTokens?: number | undefined
  temperature?: number | undefined
  /** Pass over an answer that there is already. */
  fresh?: boolean | undefined
  /** The answer is to be found by its conversation (`app.answers.latest`). */
  findable?: boolean | undefined
}

/** Checks a question, and joins or starts its answer. Throws the coded error of what is wrong. The reader must be closed. */
export async function ask (app: FastifyInstance, asked: Asked, resumable: boolean): Promise<Reader> {
  const { config } = app
  const askedAt = performance.now()
  checkText(asked)
  const { message, user, company, indexes, page, history, instructions } = asked
  if (message.length > config.MAX_MESSAGE_CHARS) throw coded('MESSAGE_TOO_LONG', `At most ${config.MAX_MESSAGE_CHARS} characters.`)
  if (message.trim() === '') throw coded('MESSAGE_EMPTY')
  const profile = await app.prompts.get(company)
  if (!profile) throw coded('UNKNOWN_COMPANY')
  const unknown = indexes?.find(index => !Object.hasOwn(profile.indexes, index))
  if (unknown !== undefined) throw coded('UNKNOWN_INDEX', `It has: ${Object.keys(profile.indexes).join(', ')}.`)
  return app.ask({
    conversationId: asked.conversation ?? randomUUID(),
    user,
    text: message.trim(),
    profile,
    promptMs: performance.now() - askedAt,
    askedAt,
    language: (asked.language as Language | undefined) ?? questionLanguage(message, profile.language),
    maxTokens: Math.min(asked.maxTokens ?? config.LLM_MAX_TOKENS, config.LLM_MAX_TOKENS),
    temperature: asked.temperature ?? config.LLM_TEMPERATURE,
    ...(indexes ? { indexes } : {}),
    ...(page ? { page } : {}),
    ...(history ? { history } : {}),
    ...(instructions ? { instructions } : {}),
  }, { resumable, fresh: asked.fresh ?? false, findable: asked.findable ?? false })
}

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

/** NUL and lone surrogates have no place in a question, and no back end takes them. */
function checkText ({ message, user, page, history, instructions }: Asked): void {
  const turns = history?.turns.flatMap(({ question, answer }) => [question, answer]) ?? []
  for (const text of [message, user, instructions ?? '', page?.path ?? '', page?.title ?? '', ...page?.hints ?? [], ...turns]) {
    if (text.includes('\0') || !text.isWellFormed()) throw coded('INVALID_TEXT')
  }
}
