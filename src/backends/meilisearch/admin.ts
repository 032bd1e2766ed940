// Administers a Meilisearch: retries requests, and waits for tasks.
import type { EnqueuedTask, Task } from 'meilisearch'
import { retry } from '../../async/retry.ts'
import { createDeadline, sleep } from '../../async/signals.ts'
import type { MeilisearchClient, MeilisearchRequest } from './client.ts'
import { MeilisearchError, isRetryable } from './errors.ts'

export interface MeilisearchAdminOptions {
  client: MeilisearchClient
  /** Empty for a server without keys. */
  apiKey: string
  /** Longest wait for an answer. */
  timeoutMs?: number
  /** Longest wait for a task, which may be behind others in the server's queue. */
  taskTimeoutMs?: number
  /** Further tries of a request. */
  retries?: number
  /** First pause before a request is retried; it doubles with each try. */
  retryMs?: number
  /** Called before each pause. */
  onRetry?: (reason: string, pauseMs: number) => void
}

type Method = MeilisearchRequest['method']
/** The body: an object is sent as JSON, a text as lines of JSON. */
type Body = object | string | null

export interface MeilisearchAdmin {
  /**
   * Sends a request, and repeats it while the server does not answer or is overloaded (429, 502, 503, 504). Returns the
   * parsed answer. Throws a MeilisearchError, or the signal's reason.
   */
  ask<T> (method: Method, path: string, body: Body, signal: AbortSignal): Promise<T>
  /** Does the same for a request that starts a task. Resolves when the task has ended, even if it has failed. */
  runTask (method: Method, path: string, body: Body, signal: AbortSignal): Promise<Task>
}

/** Longest pause between two tries, and between two checks of a task. */
const longestPauseMs = 10_000
const longestPollMs = 500

export function createMeilisearchAdmin ({
  client, apiKey, timeoutMs = 60_000, taskTimeoutMs = 30 * 60_000, retries = 6, retryMs = 250, onRetry,
}: MeilisearchAdminOptions): MeilisearchAdmin {
  async function sendOnce<T> (request: Omit<MeilisearchRequest, 'token'>): Promise<T> {
    const deadline = createDeadline(timeoutMs, request.signal)
    try {
      return await client.send<T>({ ...request, token: apiKey, signal: deadline.signal })
    } finally {
      deadline.clear()
    }
  }

  function ask<T> (method: Method, path: string, body: Body, signal: AbortSignal): Promise<T> {
    const content = typeof body === 'string'
      ? { body, contentType: 'application/x-ndjson' }
      : { body: body && JSON.stringify(body) }
    return retry(() => sendOnce<T>({ method, path, ...content, signal }), {
      retries,
      firstMs: retryMs,
      longestMs: longestPauseMs,
      signal,
      isRetryable,
      retryAfterMs: error => Math.min((error as MeilisearchError).retryAfterMs ?? 0, longestPauseMs),
      onRetry: (error, pauseMs) => onRetry?.((error as Error).message, pauseMs),
    })
  }

  return {
    ask,
    async runTask (method, path, body, signal) {
      const { taskUid } = await ask<EnqueuedTask>(method, path, body, signal)
      const end = performance.now() + taskTimeoutMs
      for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, longestPollMs)) {
        const task = await ask<Task>('GET', `/tasks/${taskUid}`, null, signal)
        if (task.status !== 'enqueued' && task.status !== 'processing') return task
        if (performance.now() > end) {
          throw new Error(`Meilisearch has not finished task ${taskUid} in ${Math.round(taskTimeoutMs / 1000)} s.`)
        }
        await sleep(pauseMs, signal)
      }
    },
  }
}
