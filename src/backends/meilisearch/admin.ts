// Administration of a Meilisearch by its official client: bounded time-outs and retries, tasks waited for.
import { Meilisearch, MeilisearchApiError, MeilisearchRequestError, type EnqueuedTask, type Task } from 'meilisearch'
import { readRetryAfter } from '../../async/retry-after.ts'
import { retry } from '../../async/retry.ts'
import { sleep } from '../../async/signals.ts'

export interface MeilisearchRequestsOptions {
  url: string
  /** Empty for a server without keys. */
  apiKey: string
  /** Longest wait for an answer. */
  timeoutMs?: number
  /** Longest wait for a task, which may stand behind others in the server's queue. */
  taskTimeoutMs?: number
  /** Further tries of a request. */
  retries?: number
  /** First wait before a request is tried again; it doubles from try to try. */
  retryMs?: number
  /** Told of each failure that is tried again. */
  onRetry?: (reason: string, waitMs: number) => void
}

export interface MeilisearchRequests {
  /**
   * One request, tried again while the server does not answer or asks for patience (429, 502, 503, 504).
   * Throws a MeilisearchApiError or MeilisearchRequestError, or the signal's reason.
   */
  ask<T> (request: (client: Meilisearch) => Promise<T>, signal: AbortSignal): Promise<T>
  /** The same for a request that makes a task; resolves when the task has ended, be it failed. */
  task (request: (client: Meilisearch) => Promise<EnqueuedTask>, signal: AbortSignal): Promise<Task>
}

/** Longest wait between two tries, and between two looks at a task. */
const longestRetryMs = 10_000
const longestPollMs = 500

export function createMeilisearchRequests ({ url, apiKey, timeoutMs = 60_000, taskTimeoutMs = 30 * 60_000, retries = 6, retryMs = 250, onRetry }: MeilisearchRequestsOptions): MeilisearchRequests {
  async function ask<T> (request: (client: Meilisearch) => Promise<T>, signal: AbortSignal): Promise<T> {
    return retry(() => {
      // A client for each try. It hands the signal on to fetch, although its types do not say so; its own time-out
      // does not work beside one.
      const requestInit: object = { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) }
      return request(new Meilisearch({ host: url, apiKey, requestInit }))
    }, {
      retries, firstMs: retryMs, longestMs: longestRetryMs, signal, isRetryable: mayPass, retryAfterMs,
      onRetry: (error, pauseMs) => onRetry?.(reasonOf(error).message, pauseMs),
    })
  }

  return {
    ask,
    async task (request, signal) {
      const { taskUid } = await ask(request, signal)
      const end = Date.now() + taskTimeoutMs
      for (let wait = 20; ; wait = Math.min(wait * 1.5, longestPollMs)) {
        const task = await ask(client => client.tasks.getTask(taskUid), signal)
        if (task.status !== 'enqueued' && task.status !== 'processing') return task
        if (Date.now() > end) throw new Error(`Meilisearch has not done task ${taskUid} in ${Math.round(taskTimeoutMs / 1000)} s.`)
        await sleep(wait, signal)
      }
    },
  }
}

/** `code` is Meilisearch's own where it has given one. Holds no key and no address beyond the server's origin. */
export function reasonOf (error: unknown): { code: string, message: string } {
  if (error instanceof MeilisearchApiError) return { code: error.cause?.code ?? `http_${error.response.status}`, message: firstLine(error.message) }
  if (error instanceof SyntaxError) return { code: 'no_answer', message: 'Meilisearch does not answer: something before it does, and not in JSON' }
  if (!(error instanceof MeilisearchRequestError)) return { code: 'failed', message: firstLine((error as Error).message) }
  const cause = error.cause as { name?: string, code?: string, message?: string, cause?: { code?: string, message?: string } } | undefined
  const timedOut = cause?.name === 'TimeoutError'
  return { code: 'no_answer', message: `Meilisearch does not answer: ${timedOut ? 'it took too long' : firstLine(cause?.cause?.code ?? cause?.cause?.message ?? cause?.message ?? 'no connection')}` }
}

/** Whether the server refused, with this status. */
export function hasStatus (error: unknown, ...statuses: number[]): boolean {
  return error instanceof MeilisearchApiError && statuses.includes(error.response.status)
}

function mayPass (error: unknown): boolean {
  // A SyntaxError is the answer of something between us and the server: a page instead of JSON.
  return error instanceof MeilisearchRequestError || error instanceof SyntaxError || hasStatus(error, 429, 502, 503, 504)
}

function retryAfterMs (error: unknown): number {
  const asked = error instanceof MeilisearchApiError ? readRetryAfter(error.response.headers.get('retry-after')) : undefined
  return Math.min(asked ?? 0, longestRetryMs)
}

/** Meilisearch adds notes and hints on further lines, and sometimes a whole document. */
export function firstLine (text: string): string {
  const [line = ''] = text.split('\n')
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}
