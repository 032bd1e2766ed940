// Sends one POST to a model's server and hands on the text of its answer as it comes, with time-outs and cancelling.
import { pipeline, type Readable, type Transform } from 'node:stream'
import type { Dispatcher } from 'undici'
import { atEndOfTurn } from '../async/end-of-turn.ts'
import { unlessAborted } from '../async/signals.ts'
import { coded } from '../errors.ts'
import { statusError } from './failures.ts'
import { startIdleTimeout } from './idle-timeout.ts'
import type { ModelEnd, TakeText } from './model.ts'
import type { Headers } from './server-errors.ts'
import type { StreamDecoder } from './stream-decoder.ts'
import { createUnpacker } from './unpacker.ts'

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
  take: TakeText
  /** Called when the response starts. */
  onResponse: () => void
  /** Called with the beginning of a response that is no answer, before its error is thrown. */
  onRefusal: (refusal: { status: number, text: string }) => void
  /** Called when the connection can be used again, or is closed. */
  onFree: () => void
}

type Sent = Pick<StreamRequest, 'origin' | 'path' | 'headers' | 'body'>

/** More text than this does not wait for the end of the turn: whoever takes it may have enough. Characters. */
const maxPendingChars = 16_384
/** So much is read in one turn: whoever else waits comes in between, also when a whole answer comes at once. Bytes. */
const maxTurnBytes = 131_072
/** How long the end of a body may lag behind the end of its answer, ms. After that the connection is not kept. */
const lingerMs = 500
/** How much is read of a body that is not an answer. */
const maxStartBytes = 65_536
const noBytes = Buffer.alloc(0)

/**
 * Sends one request, calls `take` with each text of its answer, and resolves when the answer has ended; with null when `take`
 * had enough. Throws coded errors, or undici's own. The connection is closed unless the answer was read to its end.
 *
 * What was read in a turn of the event loop goes to `take` at its end, by a plain call: promises and streams for each token
 * would cost as much as the rest of its way.
 */
export function streamAnswer (options: StreamRequest): Promise<ModelEnd | null> {
  const { agent, origin, path, headers, body, signal, take } = options
  const { promise, resolve, reject } = Promise.withResolvers<ModelEnd | null>()
  let connection: Dispatcher.DispatchController | undefined
  let decoder: StreamDecoder | undefined
  let refused: { status: number, headers: Headers, start: BodyStart } | undefined
  let unpacker: Transform | null = null
  /** The outcome is known. */
  let isSettled = false
  /** The connection has been given back. */
  let isFree = false
  /** The response has been read to its end, though perhaps not unpacked. */
  let hasEnded = false
  let isTimedByToken = false
  let isDue = false
  let turnBytes = 0
  const timeout = startIdleTimeout(options.firstTokenMs, () => fail(coded('LLM_TIMEOUT')))
  const cancel = () => fail(signal.reason)

  function settle (result: ModelEnd | null | { error: unknown }): void {
    isSettled = true
    signal.removeEventListener('abort', cancel)
    if (result && 'error' in result) reject(result.error)
    else resolve(result)
  }

  function free (): void {
    if (isFree) return
    isFree = true
    unpacker?.destroy()
    timeout.stop()
    options.onFree()
  }

  function close (): void {
    if (isFree) return
    free()
    // A request that waits for a connection is ended when it gets one.
    connection?.abort(new Error('cancelled'))
  }

  /** Ends it. The error matters only if the outcome is open, and the model has not said that it stopped. */
  function fail (error: unknown): void {
    if (!isSettled && !signal.aborted) {
      if (refused) refuse(refused)
      else if (decoder?.hasStopped()) endBody()
      else handOn()
    }
    if (!isSettled) settle({ error })
    close()
  }

  function refuse ({ status, headers, start }: NonNullable<typeof refused>): void {
    const text = start.text()
    options.onRefusal({ status, text })
    settle({ error: statusError(status, headers, text, options.secrets()) })
  }

  function read (chunk: Buffer): void {
    const before = decoder!.tokens
    try {
      decoder!.feed(chunk)
    } catch (error) {
      return fail(error)
    }
    if (decoder!.tokens !== before) timeout.restart()
    if (decoder!.started && !isTimedByToken) {
      isTimedByToken = true
      timeout.limitTo(options.silenceMs)
    }
    if (decoder!.pending.length >= maxPendingChars) handOn()
    turnBytes += chunk.length
    if (turnBytes >= maxTurnBytes) connection!.pause()
    if (isDue) return
    isDue = true
    atEndOfTurn(handOnDue)
  }

  function handOnDue (): void {
    isDue = false
    turnBytes = 0
    handOn()
    resume()
  }

  /** Reads on when what has been read is unpacked: without this, packed bytes would pile up as fast as the network gives them. */
  function resume (): void {
    if (!unpacker?.writableNeedDrain) connection!.resume()
  }

  function unpack (chunk: Buffer): void {
    if (!unpacker!.write(chunk)) connection!.pause()
  }

  /** Goes on when all that has come is unpacked. The end of a body that is not whole would be dropped with its last chunk. */
  function whenUnpacked (go: () => void): void {
    if (unpacker && !isFree) unpacker.write(noBytes, go)
    else go()
  }

  /** Hands on the text that has come, and settles when nothing can follow it. */
  function handOn (): void {
    if (isSettled || !decoder) return
    const text = decoder.takeText()
    let isEnough = false
    try {
      isEnough = text !== '' && take(text) === true
    } catch (error) {
      settle({ error })
      return close()
    }
    // Whoever took the text may have ended the answer.
    if (isSettled || (!isEnough && !decoder.ending)) return
    settle(isEnough ? null : decoder.ending!)
    if (!decoder.ending || decoder.isMadeUp) return close()
    // The answer is complete; the last bytes of its body decide whether the connection can be used again.
    timeout.limitTo(lingerMs)
    timeout.unref()
  }

  /** @param isWhole the body did not break off */
  function endBody (isWhole = false): void {
    handOn()
    if (isSettled) return
    try {
      decoder!.end(isWhole)
      handOn()
    } catch (error) {
      settle({ error })
    }
  }

  function readBody (chunk: Buffer): void {
    if (isSettled) return
    if (decoder) read(chunk)
    else if (refused!.start.add(chunk)) fail(undefined)
  }

  function finish (): void {
    if (!isSettled) {
      if (refused) refuse(refused)
      else endBody(true)
    }
    // What was packed may end before its response does.
    if (hasEnded) free()
    else close()
  }

  signal.addEventListener('abort', cancel, { once: true })
  if (signal.aborted) cancel()
  else {
    agent.dispatch({ method: 'POST', origin, path, headers, body }, {
      onRequestStart (controller) {
        connection = controller
        if (isSettled) controller.abort(new Error('cancelled'))
      },
      onResponseStart (_, status, headers) {
        // An interim response: the real one follows.
        if (status < 200 || isSettled) return
        options.onResponse()
        if (isRefusal(status)) refused = { status, headers, start: createBodyStart() }
        else decoder = options.createDecoder()
        unpacker = createUnpacker(headers)
        unpacker?.on('data', readBody).on('drain', resume).on('end', finish).on('error', fail)
      },
      onResponseData (_, chunk) {
        if (unpacker) unpack(chunk)
        else readBody(chunk)
      },
      onResponseEnd () {
        hasEnded = true
        whenUnpacked(() => unpacker && !isFree ? unpacker.end() : finish())
      },
      onResponseError: (_, error) => whenUnpacked(() => fail(error)),
    })
  }
  return promise
}

/** Sends a request and returns the start of its response as text. */
export async function requestText (
  agent: Dispatcher,
  { origin, path, headers, body }: Sent,
  signal: AbortSignal
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await unlessAborted(agent.request({ method: 'POST', origin, path, headers, body, signal }), signal)
  const start = createBodyStart()
  const unpacked = unpackedBody(response)
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) if (start.add(chunk)) break
  } catch {
    // The status is known and says more than the rest of the body.
  }
  return { status: response.statusCode, headers: response.headers, text: start.text() }
}

/** A body that nobody can read is not left open. */
function unpackedBody ({ headers, body }: Dispatcher.ResponseData): Readable {
  try {
    const unpacker = createUnpacker(headers)
    return unpacker ? pipeline(body, unpacker, () => {}) : body
  } catch (error) {
    body.on('error', () => {}).destroy()
    throw error
  }
}

/** Some proxies answer a POST with 201, whatever their server says; 204 and 205 have no body. */
export function isRefusal (status: number): boolean {
  return status < 200 || status > 203
}

interface BodyStart {
  /** Returns true when it has all that it wants. */
  add (chunk: Buffer): boolean
  text (): string
}

function createBodyStart (): BodyStart {
  const chunks: Buffer[] = []
  let size = 0
  return {
    add (chunk) {
      chunks.push(chunk)
      size += chunk.length
      return size >= maxStartBytes
    },
    text: () => Buffer.concat(chunks).toString('utf8', 0, maxStartBytes),
  }
}
