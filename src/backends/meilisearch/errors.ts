// Maps failures of Meilisearch: to one error, to one word for statistics, and to the service's coded errors.
import { CodedError, coded } from '../../errors.ts'
import { readRetryAfter } from '../../async/retry-after.ts'

const tookTooLong = 'Meilisearch does not answer: it took too long'

/** One word for a failure, for statistics and for the reason that a client gets. */
export type FailureKind =
  'unreachable' | 'too slow' | 'broken off' | 'unreadable' | 'overloaded' | 'not allowed' | 'index missing' | 'server error' | 'refused'

/** A failed request: an answer other than a result, or no answer. Its message contains neither a key nor a path. */
export class MeilisearchError extends Error {
  override readonly name = 'MeilisearchError'
  readonly kind: FailureKind
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** Meilisearch's own code, such as `index_not_found`; empty when the answer did not come from Meilisearch itself. */
  readonly code: string
  /** Milliseconds after which it asks to be tried again; undefined when it does not say. */
  readonly retryAfterMs: number | undefined

  constructor (kind: FailureKind, message: string, { status = 0, code = '', retryAfterMs, cause }: {
    status?: number
    code?: string
    retryAfterMs?: number | undefined
    cause?: unknown
  } = {}) {
    super(firstLine(message), { cause })
    this.kind = kind
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/** Creates the error for an answer whose status is not 2xx. */
export function refusal (status: number, text: string, retryAfter: string | string[] | undefined): MeilisearchError {
  const retryAfterMs = readRetryAfter(retryAfter)
  try {
    const { code = '', message = `HTTP ${status}` } = JSON.parse(text) as { code?: string, message?: string }
    return new MeilisearchError(kindOf(status, code), message, { status, code, retryAfterMs })
  } catch {
    return new MeilisearchError(kindOf(status, ''), notItsOwn(status), { status, retryAfterMs })
  }
}

/** Creates the error for a successful answer that is not JSON. */
export function unreadable (status: number): MeilisearchError {
  return new MeilisearchError('unreadable', notItsOwn(status), { status })
}

/** Creates the error for an answer that did not come in time. */
export function timeoutError (cause: unknown): MeilisearchError {
  return new MeilisearchError('too slow', tookTooLong, { cause })
}

/** Creates the error for a request that failed on the way. */
export function broken (cause: unknown): MeilisearchError {
  const { code = '', message = '' } = cause as { code?: string, message?: string }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return timeoutError(cause)
  const isUnreachable = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(code)
  return new MeilisearchError(isUnreachable ? 'unreachable' : 'broken off', `Meilisearch does not answer: ${code || message}`, { cause })
}

function notItsOwn (status: number): string {
  if (status === 408) return tookTooLong
  return `Meilisearch does not answer: something else does, with HTTP ${status} and not in JSON. Check MEILI_URL.`
}

function kindOf (status: number, code: string): FailureKind {
  if (status === 503 || status === 429) return 'overloaded'
  if (status === 408) return 'too slow'
  if (status === 401 || status === 403) return 'not allowed'
  if (code === 'index_not_found') return 'index missing'
  return status >= 500 ? 'server error' : 'refused'
}

export function failureKind (error: unknown): FailureKind {
  if (error instanceof MeilisearchError) return error.kind
  return (error as Error).name === 'TimeoutError' ? 'too slow' : 'broken off'
}

/** Returns an error's code, for people who look it up, and its message. Both contain neither a key nor a path. */
export function reasonOf (error: unknown): { code: string, message: string } {
  const { message } = error as Error
  if (!(error instanceof MeilisearchError)) return { code: 'failed', message: firstLine(message) }
  return { code: error.code || (error.status === 0 || error.kind === 'unreadable' ? 'no_answer' : `http_${error.status}`), message }
}

/** Tells whether the server answered with one of these statuses. */
export function hasStatus (error: unknown, ...statuses: number[]): boolean {
  return error instanceof MeilisearchError && statuses.includes(error.status)
}

/** Returns false when the request is refused for lack of a right; throws any other failure. */
export async function isAllowed (request: Promise<unknown>): Promise<boolean> {
  try {
    await request
    return true
  } catch (error) {
    if (hasStatus(error, 400, 401, 403)) return false
    throw error
  }
}

/** Tells whether the same request may succeed a little later. */
export function isRetryable (error: unknown): boolean {
  return error instanceof MeilisearchError && (error.code === '' || hasStatus(error, 429, 502, 503, 504))
}

/**
 * Tells whether an error concerns the whole server. Anything that Meilisearch itself answers, even an error,
 * concerns one index or one key, unless the server is overloaded.
 */
export function isServerFault (error: unknown): boolean {
  if (!(error instanceof MeilisearchError) || error.status === 0 || hasStatus(error, 408, 429, 503)) return true
  return error.code === '' && (error.status >= 500 || error.status < 300)
}

/** Matches what a full disk is called: by the code of a task or of a full list of tasks, or by the message of an internal error. */
const isFull = /no_space_left_on_device|No space left on device/

/** Converts a failure of writing to the service's own error, without any text of the documents. */
export function asWriteError (error: unknown): CodedError {
  if (error instanceof CodedError) return error
  if (hasStatus(error, 401, 403)) {
    return coded('SEARCH_REFUSED', 'MEILI_WRITE_KEY lacks a right. Create one with `causerie meili keys --for writing`.', error)
  }
  const { message, code } = error as MeilisearchError
  if (isFull.test(`${code} ${message}`)) return coded('STORE_FULL', "It is Meilisearch's disk, or its list of tasks.", error)
  return coded('SEARCH_UNAVAILABLE', error instanceof MeilisearchError && code !== '' ? code : message, error)
}

/** Cuts a message of Meilisearch: it adds notes and hints on further lines, and sometimes a whole document. */
export function firstLine (text: string): string {
  const [line = ''] = text.split('\n')
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}
