// Turns failures between this service and a model's server into coded errors.
import { errors } from 'undici'
import { readRetryAfter } from '../async/retry-after.ts'
import { coded, CodedError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'

/** Tells an operator about failures; pino's and Fastify's loggers fit. */
export interface Log {
  warn (fields: object, message: string): void
}

/** Carries the server's words as the `cause` of a coded error: for logs and for the retry, never for the client. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  readonly status: number | undefined
  /** How long the server asked us to wait, ms. */
  readonly retryAfterMs: number | undefined

  constructor (message: string, status?: number, retryAfterMs?: number) {
    super(message)
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

export type Headers = Record<string, string | string[] | undefined>

/**
 * Returns the coded error for an HTTP status other than 200.
 * @param body the beginning of the response body
 * @param secrets the key and the prompt, which the server's message may echo
 */
export function statusError (status: number, headers: Headers, body: string, secrets: readonly string[]): CodedError {
  // OpenAI answers 429 also when the account has no money left; that does not pass.
  const code = status === 429 && /insufficient_quota|billing/.test(body) ? 'LLM_REJECTED' : codeOfStatus(status)
  return coded(
    code,
    undefined,
    new UpstreamError(`HTTP ${status}: ${safeExcerpt(body, secrets)}`, status, readRetryAfter(headers['retry-after']))
  )
}

/** Returns the coded error for an error object that the server sent inside a stream that began well. */
export function streamError (error: unknown, secrets: readonly string[]): CodedError {
  const { code, status, type } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>
  const number = [code, status].map(Number).find((value) => value >= 400 && value < 600)
  const message = safeExcerpt(JSON.stringify({ error }), secrets)
  const kind = number !== undefined ? codeOfStatus(number) : codeOfType(`${String(type)} ${String(code)}`)
  return coded(kind, undefined, new UpstreamError(`in the stream: ${message}`, number))
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

function describe (error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error.name}: ${error.message || String((error as { code?: unknown }).code)}`
}

/** Returns LLM_BROKEN with the reason that an operator sees. */
export function brokenAnswer (reason: string): CodedError {
  return coded('LLM_BROKEN', undefined, new UpstreamError(reason))
}

function codeOfStatus (status: number): ErrorCode {
  if (status === 429) return 'LLM_RATE_LIMITED'
  if (status === 408 || status === 504) return 'LLM_TIMEOUT'
  return status >= 500 ? 'LLM_UNREACHABLE' : 'LLM_REJECTED'
}

function codeOfType (type: string): ErrorCode {
  if (/rate.?limit/i.test(type)) return 'LLM_RATE_LIMITED'
  return /invalid|auth|permission|not.?found|quota/i.test(type) ? 'LLM_REJECTED' : 'LLM_BROKEN'
}

const excerptChars = 200
const echoChars = 16

/** Returns the server's own message, shortened, without control characters, keys, or echoes of the prompt. */
export function safeExcerpt (body: string, secrets: readonly string[]): string {
  let text = messageOf(body).replace(/[\p{Cc}\s]+/gu, ' ').trim()
  for (const secret of secrets) {
    if (secret.length > 3 && secret.length < 200) text = text.replaceAll(secret, '[…]')
  }
  text = text.replace(/\b(?:sk|pk|key|bearer)[-_ ][\w*.-]{6,}/gi, '[…]')
  return withoutEchoes(text.slice(0, excerptChars), secrets)
}

function messageOf (body: string): string {
  try {
    const { error, message, detail } = JSON.parse(body) ?? {}
    const text = error?.message ?? error ?? message ?? detail
    return typeof text === 'string' ? text : JSON.stringify(text) ?? 'no message'
  } catch {
    if (body.trim() === '') return 'no message'
    return body.trimStart().startsWith('<') ? 'an HTML page' : body
  }
}

function withoutEchoes (text: string, secrets: readonly string[]): string {
  const echoed = (at: number) => secrets.some((secret) => secret.includes(text.slice(at, at + echoChars)))
  let out = ''
  let at = 0
  while (at < text.length) {
    if (at + echoChars > text.length || !echoed(at)) {
      out += text.charAt(at++)
      continue
    }
    while (at + echoChars < text.length && echoed(at + 1)) at++
    at += echoChars
    out += '[…]'
  }
  return out
}
