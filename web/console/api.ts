// Calls the service: relative addresses, so that it may live under a path; the key in a header; errors in words.
import { signal } from '@preact/signals'

/** Ends with the tab, and is never part of an address. */
const keyName = 'causerie:key'
const base = new URL('.', document.baseURI)

export const apiKey = signal(sessionStorage.getItem(keyName) ?? '')

/** True from the moment that the service refuses the key, or asks for one, until another one is set. */
export const isKeyRefused = signal(false)

export function setKey (key: string): void {
  apiKey.value = key
  isKeyRefused.value = false
  if (key === '') sessionStorage.removeItem(keyName)
  else sessionStorage.setItem(keyName, key)
}

/** Returns the absolute address of a path such as `v1/access`, with the query's values that are set. */
export function addressOf (path: string, query: Record<string, string | undefined> = {}): string {
  const url = new URL(path, base)
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value)
  return url.href
}

/** The address of the service, without a slash at its end. */
export const serviceAddress = base.href.replace(/\/$/, '')

export function authorization (): Record<string, string> {
  // What was read with one key is not read again because there is another.
  const key = apiKey.peek()
  return key === '' ? {} : { authorization: `Bearer ${key}` }
}

export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly retryable: boolean

  constructor (code: string, message: string, status: number, retryable = status === 429 || status >= 500) {
    super(message)
    this.code = code
    this.status = status
    this.retryable = retryable
  }
}

export interface CallOptions {
  method?: string
  query?: Record<string, string | undefined>
  body?: object
  /** A body that is no JSON; `headers` say what it is. */
  text?: string
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** Sends a request. Throws an ApiError for anything but success, also when the service cannot be reached. */
export async function send (
  path: string, { method = 'GET', query = {}, body, text, headers = {}, signal }: CallOptions = {}
): Promise<Response> {
  let response: Response
  try {
    response = await fetch(addressOf(path, query), {
      method,
      headers: { ...authorization(), ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : text === undefined ? {} : { body: text }),
      ...(signal ? { signal } : {}),
      credentials: 'same-origin',
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError('UNREACHABLE', 'Check that it runs and that you are online.', 0, true)
  }
  if (!response.ok) throw await errorOf(response)
  return response
}

/** Sends a request and reads the JSON of its answer. */
export async function call<T> (path: string, options: CallOptions = {}): Promise<T> {
  const response = await send(path, options)
  return response.status === 204 ? undefined as T : await response.json() as T
}

async function errorOf (response: Response): Promise<ApiError> {
  const body = await response.json().catch(() => ({})) as { code?: string, message?: string }
  if (response.status === 401) isKeyRefused.value = true
  return new ApiError(body.code ?? 'UNKNOWN', body.message ?? `The service answered ${response.status}.`, response.status)
}

/** Short titles for what can go wrong; the service's own message says more. */
const titles: Record<string, string> = {
  UNREACHABLE: 'The service cannot be reached',
  CONNECTION_LOST: 'The connection was lost',
  RATE_LIMITED: 'Too many questions in a short time',
  OVERLOADED: 'The service is busy',
  SHUTTING_DOWN: 'The service is restarting',
  KEY_MISSING: 'A key is needed',
  KEY_INVALID: 'This key does not work',
  SCOPE_MISSING: 'This key may not do that',
  ANSWER_NOT_FOUND: 'This answer is no longer kept',
  MESSAGE_TOO_LONG: 'The question is too long',
  UNKNOWN_COMPANY: 'This company does not exist',
  NOT_SUPPORTED: 'Not available here',
  SEARCH_UNAVAILABLE: 'The search does not answer',
  LLM_UNREACHABLE: 'The language model cannot be reached',
  LLM_TIMEOUT: 'The language model did not answer in time',
  LLM_RATE_LIMITED: 'The language model is busy',
  LLM_REJECTED: 'The language model refused the question',
  LLM_BROKEN: 'The answer broke off',
}

/** What to do, where the service's own message says no more than the title. */
const advice: Record<string, string> = {
  LLM_UNREACHABLE: 'Check that its server runs and that LLM_URL leads to it, or ask again in a moment.',
  LLM_TIMEOUT: 'Ask again. Where a model needs longer, raise LLM_FIRST_TOKEN_SECONDS.',
  LLM_RATE_LIMITED: 'It has too many requests. Ask again in a minute.',
  LLM_REJECTED: 'Check LLM_MODEL and LLM_API_KEY; the service’s log has the reason.',
  LLM_BROKEN: 'What the language model sent ends too early or cannot be read. Ask again.',
  ANSWER_NOT_FOUND: 'Ask the question again.',
}

export interface Problem { code: string, title: string, message: string, retryable: boolean }

export function problemOf (error: unknown): Problem {
  if (!(error instanceof ApiError)) {
    return { code: 'UNEXPECTED', title: 'Something went wrong here', message: String((error as Error)?.message ?? error), retryable: true }
  }
  const { code, message, retryable } = error
  return { code, title: titles[code] ?? 'That did not work', message: advice[code] ?? message, retryable }
}
