// Sends one POST to a model's server and streams the events of its answer, with time-outs and cancelling.
import type { Dispatcher } from 'undici'
import { coded } from '../errors.ts'
import { brokenAnswer, statusError } from './failures.ts'
import type { Headers } from './server-errors.ts'
import type { StreamDecoder } from './stream-decoder.ts'
import type { ModelEvent } from './model.ts'
import { startIdleTimeout } from './idle-timeout.ts'

export interface StreamRequest {
  agent: Dispatcher
  origin: string
  path: string
  headers: Record<string, string>
  body: string
  /** Aborting it closes the socket at once. */
  signal: AbortSignal
  /** The longest silence before the first text, ms. Reasoning is not silence, but a pause between two thoughts may take as long. */
  firstTokenMs: number
  /** The longest silence after it, ms. */
  silenceMs: number
  /** The key and the prompt. */
  secrets: () => string[]
  createDecoder: () => StreamDecoder
  /** Called when the response starts. */
  onResponse: () => void
  /** Called with the beginning of a response that is no answer, before its error is thrown. */
  onRefusal: (refusal: { status: number, text: string }) => void
  /** Called when the connection can be used again, or is closed. */
  onFree: () => void
}

type Sent = Pick<StreamRequest, 'origin' | 'path' | 'headers' | 'body'>
type Body = Dispatcher.ResponseData['body']

/** With more text than this waiting for the reader, the socket is not read. Characters. */
const maxPendingChars = 4096
/** How long the end of a body may lag behind the end of its answer, ms. After that the connection is not kept. */
const lingerMs = 500
/** How much is read of a body that is not an answer. */
const maxStartBytes = 65_536

/**
 * Sends one request and yields the events of its answer as they come, the finish event last.
 * Throws coded errors, or undici's own. The connection is closed unless the answer was read to its end.
 */
export async function * streamAnswer (options: StreamRequest): AsyncGenerator<ModelEvent> {
  const { signal } = options
  const connection = new AbortController()
  const cancel = () => connection.abort(new Error('cancelled'))
  signal.addEventListener('abort', cancel, { once: true })
  let body: Body | undefined
  // While events wait for the reader, or have just been taken by one that is slow, the silence is the reader's own.
  const timeout = startIdleTimeout(
    options.firstTokenMs,
    () => decoder === undefined || (decoder.pending === 0 && !body!.isPaused()),
    () => connection.abort(coded('LLM_TIMEOUT'))
  )
  let decoder: StreamDecoder | undefined
  let reading: Reading | undefined
  let isTimedByToken = false
  try {
    const response = await post(options, connection.signal)
    options.onResponse()
    body = response.body
    // A body that fails while nothing waits for it must not cause an uncaught exception.
    body.on('error', () => {})
    await checkResponse(response, options)
    decoder = options.createDecoder()
    reading = readBody(body, decoder, connection, timeout.restart)
    while (!decoder.complete || decoder.pending > 0) {
      for (const event of decoder.takeEvents()) {
        yield event
        if (signal.aborted && event.type !== 'finish') throw signal.reason
      }
      if (decoder.complete || decoder.pending > 0) continue
      if (reading.failure !== undefined && !decoder.stopped) throw reading.failure
      if (reading.over) decoder.end(reading.failure === undefined)
      else {
        if (decoder.started && !isTimedByToken) {
          isTimedByToken = true
          timeout.limitTo(options.silenceMs)
        }
        if (body.isPaused()) body.resume()
        await reading.waitForMore()
      }
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    const over = reading?.over ?? false
    if (decoder?.complete && body && !over) {
      // The answer is complete; the last bytes of its body decide whether the connection can be used again.
      timeout.limitTo(lingerMs)
      timeout.unref()
      body.once('close', () => {
        timeout.stop()
        options.onFree()
      }).resume()
    } else {
      timeout.stop()
      options.onFree()
      if (!over) connection.abort(new Error('cancelled'))
    }
  }
}

/** Sends a request and returns the start of its response as text. */
export async function requestText (
  agent: Dispatcher,
  request: Sent,
  signal: AbortSignal
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await post({ agent, ...request }, signal)
  return { status: response.statusCode, headers: response.headers, text: await readStart(response.body) }
}

function post (
  { agent, origin, path, headers, body }: Sent & Pick<StreamRequest, 'agent'>,
  signal: AbortSignal
): Promise<Dispatcher.ResponseData> {
  return new Promise((resolve, reject) => {
    // A request that waits for a connection notices its abort only once it gets one.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    agent.request({ method: 'POST', origin, path, headers, body, signal }).then(resolve, reject)
  })
}

/** Throws unless the response can be an answer. */
async function checkResponse (
  { statusCode, headers, body }: Dispatcher.ResponseData, { secrets, onRefusal }: StreamRequest,
): Promise<void> {
  if (statusCode !== 200) {
    const text = await readStart(body)
    onRefusal({ status: statusCode, text })
    throw statusError(statusCode, headers, text, secrets())
  }
  if (/^\s*text\/html\b/i.test(String(headers['content-type'] ?? ''))) {
    throw brokenAnswer('an HTML page instead of an answer; is LLM_URL right?')
  }
  const coding = String(headers['content-encoding'] ?? 'identity')
  if (coding !== 'identity') throw brokenAnswer(`an answer in ${coding.slice(0, 20)}, which was not asked for`)
}

async function readStart (body: Body): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size >= maxStartBytes) break
    }
  } catch {
    // The status is known and says more than the rest of the body.
  }
  return Buffer.concat(chunks).toString('utf8', 0, maxStartBytes)
}

interface Reading {
  /** Why reading stopped; undefined when the body ended. */
  readonly failure: unknown
  readonly over: boolean
  /** Resolves when new data has arrived. */
  waitForMore (): Promise<void>
}

// In flowing mode a read costs one call, where an async iterator costs several promises.
function readBody (body: Body, decoder: StreamDecoder, connection: AbortController, onToken: () => void): Reading {
  let failure: unknown
  let over = false
  let fresh = false
  let wake = () => {}

  function notify (): void {
    fresh = true
    wake()
  }

  body.on('data', (chunk: Buffer) => {
    if (over) return
    const before = decoder.tokens
    try {
      decoder.feed(chunk)
    } catch (error) {
      failure ??= error
      over = true
      connection.abort(error)
    }
    if (decoder.tokens !== before) onToken()
    if (decoder.pendingChars >= maxPendingChars) body.pause()
    notify()
  })
  body.on('end', () => {
    over = true
    notify()
  })
  body.on('error', (error) => {
    failure ??= error
    over = true
    notify()
  })

  return {
    get failure () { return failure },
    get over () { return over },
    waitForMore () {
      return new Promise((resolve) => {
        wake = () => {
          fresh = false
          resolve()
        }
        if (fresh) wake()
      })
    },
  }
}
