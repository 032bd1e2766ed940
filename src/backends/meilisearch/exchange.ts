// Sends one request to Meilisearch and reads its reply in undici's own calls.
import type { Dispatcher } from 'undici'

const byteOrderMark = /^\uFEFF/

export interface Reply { status: number, retryAfter: string | string[] | undefined, text: string }

/**
 * Resolves with what `read` makes of the reply; rejects with what it throws, with the signal's reason, or with undici's error.
 * No promise holds the reply's text: it would stay in memory for as long as the promise, which many collections do not free.
 */
export function exchange<T> (
  pool: Dispatcher, request: Dispatcher.DispatchOptions, signal: AbortSignal, read: (reply: Reply) => T,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  let connection: Dispatcher.DispatchController | undefined
  let isSettled = false
  let status = 0
  let retryAfter: Reply['retryAfter']
  let chunks: Buffer[] = []

  /** Ends the wait for the reply. */
  function settle (): void {
    isSettled = true
    chunks = []
    signal.removeEventListener('abort', cancel)
  }
  function fail (error: unknown): void {
    if (isSettled) return
    settle()
    reject(error)
  }
  function cancel (): void {
    fail(signal.reason)
    // One that waits for a connection is ended when it gets one.
    connection?.abort(signal.reason)
  }

  if (signal.aborted) {
    reject(signal.reason)
    return promise
  }
  signal.addEventListener('abort', cancel, { once: true })
  pool.dispatch(request, {
    onRequestStart (controller) {
      connection = controller
      // Thrown, the request is dropped unsent; `abort` would close the connection that it was given.
      if (isSettled) throw signal.reason
    },
    onResponseStart (_, code, headers) {
      status = code
      retryAfter = headers['retry-after']
    },
    onResponseData (_, chunk) {
      if (!isSettled) chunks.push(chunk)
    },
    onResponseEnd () {
      if (isSettled) return
      const text = (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString().replace(byteOrderMark, '')
      settle()
      try {
        resolve(read({ status, retryAfter, text }))
      } catch (error) {
        reject(error)
      }
    },
    onResponseError (_, error) { fail(error) },
  })
  return promise
}
