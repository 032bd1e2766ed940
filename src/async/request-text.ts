// Sends a request and reads its answer as one text.
import type { Dispatcher } from 'undici'

export interface TextAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

const byteOrderMark = '\uFEFF'

/**
 * Sends the request once, by a handler of its own: undici's `request` makes a stream of each body, and reads that as a text
 * afterwards. Throws undici's errors, or the signal's reason: then the connection is closed.
 */
export function requestText (
  dispatcher: Dispatcher, options: Dispatcher.DispatchOptions, signal: AbortSignal
): Promise<TextAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<TextAnswer>()
  const chunks: Buffer[] = []
  let connection: Dispatcher.DispatchController | undefined
  let status = 0
  let headers: TextAnswer['headers'] = {}

  function cancel (): void {
    reject(signal.reason)
    // One that waits for a connection is ended when it gets one.
    connection?.abort(signal.reason)
  }

  if (signal.aborted) {
    cancel()
    return promise
  }
  signal.addEventListener('abort', cancel, { once: true })
  dispatcher.dispatch(options, {
    onRequestStart (controller) {
      connection = controller
      if (signal.aborted) controller.abort(signal.reason)
    },
    onResponseStart (_, code, given) {
      // An interim response: the real one follows.
      if (code < 200) return
      status = code
      headers = given
    },
    onResponseData (_, chunk) {
      chunks.push(chunk)
    },
    onResponseEnd () {
      signal.removeEventListener('abort', cancel)
      const text = (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString()
      resolve({ status, headers, text: text.startsWith(byteOrderMark) ? text.slice(1) : text })
    },
    onResponseError (_, error) {
      signal.removeEventListener('abort', cancel)
      reject(error)
    },
  })
  return promise
}
