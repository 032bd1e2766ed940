// Defines a wire format: how to read a question, and how to write an answer or an error.
import type { IncomingHttpHeaders } from 'node:http'
import type { TSchema } from 'typebox'
import type { Encoder } from '../answers/log.ts'
import type { CodedError } from '../errors.ts'
import type { AnswerEvent, CompanyProfile, QuestionRequest } from '../types.ts'

/** The parts of an HTTP request that a format reads. The body and the query have passed the format's schema. */
export interface WireRequest<Body = unknown, Query = unknown> {
  body: Body
  query: Query
  headers: IncomingHttpHeaders
}

export interface PlainBody { company: string | undefined, user: string, message: string, language: string | undefined }

/** The error as it was thrown: `validation` is the schema's complaint, `param` the field that a format found wrong. */
export type ThrownError = Error & {
  validation?: { instancePath: string, params: Record<string, unknown> }[]
  param?: string
}

export interface WireFormat<Body = unknown, Query = unknown> {
  /** The address that questions are posted to. */
  url: string
  /** The route's description and its schema; `tags` groups it in the OpenAPI document. */
  schema: {
    tags: string[]
    summary: string
    description?: string
    body: TSchema
    querystring?: TSchema
    response: Record<number, object>
  }
  /** True if a body contains a whole conversation: it may then be longer (MAX_MESSAGES_BYTES). */
  hasHistory: boolean
  /** True if each event of a stream has the id `<answer_id>.<n>`: a client that posts its question again with it resumes its answer. */
  hasEventIds?: boolean
  /** True if clients call a company a model: an unknown one is answered with those that there are. */
  namesModels?: boolean
  /** The media type of a stream; server-sent events when absent. */
  contentType?: string
  /** Sent while a stream is silent, and ignored by clients; a comment line of server-sent events when absent. */
  heartbeat?: string

  /** Throws when the request asks for something unsupported. Such a request does not count against the rate limit. */
  check? (body: Body): void
  /**
   * Returns the function that writes the reply to a request which is no question, such as one for the title of a chat;
   * null for a question. Such a request does not count against the rate limit.
   */
  replyTo? (body: Body): ((company: CompanyProfile) => string) | null
  /** Returns the user whom the request names, unique within the company. */
  userOf (request: WireRequest<Body, Query>): string | undefined
  /** Returns the company that the request names. */
  companyOf (request: WireRequest<Body, Query>): string | undefined
  /**
   * Returns the company to ask. Absent: the key's company; it is an error to name another.
   * @param ofKey the company that the key belongs to; null when the key opens every company
   */
  chooseCompany? (request: WireRequest<Body, Query>, ofKey: string | null): string
  readQuestion (request: WireRequest<Body, Query>): QuestionRequest
  /**
   * Returns what a body says that has nothing but a company, a user, a message and its language, each as the schema wants it;
   * null for any other body. Absent: the format has no short way for the answers that are kept.
   */
  readPlain? (body: unknown): PlainBody | null
  /** Returns the encoder that streams the answer, or null when the client wants one JSON object. */
  encoderFor (request: WireRequest<Body, Query>, answerId: string): Encoder | null
  /** Returns an answer that ended well as one JSON object. Required when `encoderFor` can return null. */
  encodeWhole? (answerId: string, events: readonly AnswerEvent[], request: WireRequest<Body, Query>): object
  /** Returns the headers that every answer carries, whether streamed or whole. */
  headersOf? (answerId: string): Record<string, string>
  /** Returns the body of an error, and its media type. Absent, or null: the JSON that the whole service uses. */
  encodeError? (error: CodedError, thrown: ThrownError, headers: IncomingHttpHeaders): { contentType: string, body: string | object } | null
}

/** Tells if a client wants a new answer, past the cache. `no-store` is what some send with every stream, and asks for nothing. */
export function wantsFresh (headers: IncomingHttpHeaders): boolean {
  return /\bno-cache\b/i.test(headers['cache-control'] ?? '')
}
