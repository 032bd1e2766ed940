// Turns failures between this service and a model's server into coded errors.
import { unescape } from 'node:querystring'
import { errors } from 'undici'
import { coded, CodedError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import type { AnswerFormat } from '../types.ts'
import { messageOf, readPause, safeExcerpt, withoutSecrets, type Headers } from './server-errors.ts'

/** Tells an operator about failures; pino's and Fastify's loggers fit. */
export interface Log {
  warn (fields: object, message: string): void
}

/** A client is not told to wait longer than this. */
const longestPauseSeconds = 86_400

/** Carries the server's words as the `cause` of a coded error: for logs and for the retry, never for the client. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  readonly status: number | undefined
  /** How long the server asked us to wait, ms. */
  readonly retryAfterMs: number | undefined
  /** True if the same request would fail again, at the same cost. */
  isFinal = false
  /** True if the server is still loading the model. */
  isLoading = false

  constructor (message: string, status?: number, retryAfterMs?: number) {
    super(message)
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * Returns the coded error for an HTTP status other than 200.
 * @param body the beginning of the response body
 * @param secrets the key and the prompt, which the server's message may echo
 */
export function statusError (status: number, headers: Headers, body: string, secrets: readonly string[]): CodedError {
  // OpenAI answers 429 also when the account has no money left; that does not pass.
  const code = status === 429 && /insufficient_quota|billing/.test(body) ? 'LLM_REJECTED' : codeOfStatus(status)
  const isMoved = status >= 300 && status <= 399
  const said = (isMoved ? movedTo(headers, secrets) : undefined) ?? safeExcerpt(body, secrets)
  const cause = new UpstreamError(`HTTP ${status}: ${said}`, status, readPause(headers, body))
  cause.isLoading = status === 503 && /\bloading\b|warming up|still starting|not (?:yet )?loaded/i.test(messageOf(body))
  return withPause(code, cause)
}

/** Says where a redirect leads, without its query, which may hold a key. It is not followed: key and prompt go where LLM_URL says. */
function movedTo ({ location }: Headers, secrets: readonly string[]): string | undefined {
  const [address = ''] = [location].flat()
  const url = URL.parse(address, 'http://same.invalid')
  if (address === '' || !url) return undefined
  const host = url.hostname === 'same.invalid' ? '' : url.origin
  return `moved to ${withoutSecrets(host + unescape(url.pathname), secrets, 200)}; is LLM_URL right?`
}

/** Returns the coded error for an error object that the server sent inside a stream that began well. */
export function streamError (error: unknown, secrets: readonly string[]): CodedError {
  const fields = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>
  const { code, status, type } = fields
  const number = [code, status, fields.status_code, fields.statusCode].map(Number).find((value) => value >= 400 && value < 600)
  const body = JSON.stringify({ error })
  const kind = number !== undefined ? codeOfStatus(number) : codeOfType([type, code, status].map(String).join(' '))
  return withPause(kind, new UpstreamError(`in the stream: ${safeExcerpt(body, secrets)}`, number, readPause({}, body)))
}

/** Passes on how long the server asked to be left alone, where another try can help. */
function withPause (code: ErrorCode, cause: UpstreamError): CodedError {
  const seconds = Math.min(Math.ceil((cause.retryAfterMs ?? 0) / 1000), longestPauseSeconds)
  const isWorthWaiting = seconds > 0 && (code === 'LLM_RATE_LIMITED' || code === 'LLM_UNREACHABLE')
  if (!isWorthWaiting) return coded(code, undefined, cause)
  return Object.assign(coded(code, `Try again in ${seconds} s.`, cause), { retryAfterSeconds: seconds })
}

/**
 * Returns the coded error for anything else that was thrown during a request.
 * @param answered whether the response had started
 */
export function transportError (error: unknown, answered: boolean): CodedError {
  if (error instanceof CodedError) return error
  const code = answered || error instanceof errors.HTTPParserError ? 'LLM_BROKEN' : 'LLM_UNREACHABLE'
  // Not the error itself: undici's errors carry text from the server, which may be anything.
  return coded(code, undefined, new UpstreamError(describe(error)))
}

/** What an operator can do about an error of the connection. */
const remedies: [RegExp, string][] = [
  [/WRONG_VERSION_NUMBER|wrong version number/i, 'the server has no TLS there; is LLM_URL http://?'],
  [/SELF_SIGNED|self-signed|UNABLE_TO_(?:VERIFY|GET)|unable to (?:verify|get)/i, 'name its authority in NODE_EXTRA_CA_CERTS'],
  [/does not match the HTTP/, 'the server speaks no HTTP/1.1 there; is LLM_URL https://, and its port right?'],
]

function describe (error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = String((error as { code?: unknown }).code)
  const said = `${error.name}: ${error.message || code}`
  const remedy = remedies.find(([pattern]) => pattern.test(`${code} ${error.message}`))
  return remedy ? `${said.slice(0, 100).trim()} (${remedy[1]})` : said
}

/** Returns LLM_BROKEN with the reason that an operator sees. */
export function brokenAnswer (reason: string): CodedError {
  return coded('LLM_BROKEN', undefined, new UpstreamError(reason))
}

/** Returns LLM_BROKEN for an answer whose tokens were used up before its first word. Another try would use them up too. */
export function outOfTokens (): CodedError {
  const cause = new UpstreamError('the tokens were used up before the first word; raise LLM_MAX_TOKENS')
  cause.isFinal = true
  return coded('LLM_BROKEN', undefined, cause)
}

/** Returns the error for a server that cannot write in the format that a client asked for. */
export function formatRefused ({ field }: Pick<AnswerFormat, 'field'>, cause: unknown): CodedError {
  return Object.assign(coded('NOT_SUPPORTED', 'The language model cannot write in this format: ask for text.', cause), { param: field })
}

/** Conflict, locked, a failed dependency (TGI: a failed generation), too early, no capacity (Groq): another try may succeed. */
const passing = [409, 423, 424, 425, 498]

function codeOfStatus (status: number): ErrorCode {
  if (status === 429) return 'LLM_RATE_LIMITED'
  if (status === 408 || status === 504) return 'LLM_TIMEOUT'
  return status >= 500 || passing.includes(status) ? 'LLM_UNREACHABLE' : 'LLM_REJECTED'
}

function codeOfType (type: string): ErrorCode {
  if (/rate.?limit|resource.?exhausted|throttl/i.test(type)) return 'LLM_RATE_LIMITED'
  if (/overload|unavailable/i.test(type)) return 'LLM_UNREACHABLE'
  return /invalid|auth|permission|not.?found|quota/i.test(type) ? 'LLM_REJECTED' : 'LLM_BROKEN'
}
