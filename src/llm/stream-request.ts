// One POST to a model's server: its time-outs, its cancelling, and the pulling of its events.
import type { Dispatcher, Pool } from 'undici'
import { coded } from '../errors.ts'
import { broken, refused } from './failures.ts'
import type { Headers } from './failures.ts'
import type { Intake } from './stream-decoder.ts'
import type { ModelEvent } from './model.ts'
import { watchSilence } from './silence.ts'

export interface Exchange {
  pool: Pool
  path: string
  headers: Record<string, string>
  body: string
  /** Aborting it closes the socket at once. */
  signal: AbortSignal
  /** The longest wait for the first token and between tokens, ms. */
  silenceMs: number
  /** The key and the prompt. */
  secrets: () => string[]
  createIntake: () => Intake
  /** The response has begun. */
  onAnswer: () => void
}

type Body = Dispatcher.ResponseData['body']

/** Above this many events that nobody takes the socket is not read. */
const HIGH_WATER = 128
/** How long the end of a body may lag behind the end of its answer, ms: past it the connection is not kept. */
const LINGER_MS = 500
/** How much of a body that is no answer is read. */
const BEGINNING_BYTES = 65_536

/**
 * Sends one request and yields the events of its answer as they come, the finish event last.
 * Throws coded errors, or undici's own. The connection is closed unless the answer was read to its end.
 */
export async function * exchange (options: Exchange): AsyncGenerator<ModelEvent> {
  const { signal } = options
  const connection = new AbortController()
  const cancel = () => connection.abort(new Error('cancelled'))
  signal.addEventListener('abort', cancel, { once: true })
  let body: Body | undefined
  // While the reader has events to take, the silence is his own.
  const silence = watchSilence(options.silenceMs, () => intake === undefined || intake.pending === 0, () => connection.abort(coded('LLM_TIMEOUT')))
  let intake: Intake | undefined
  let reading: Reading | undefined
  let stopped = false
  try {
    const response = await post(options, connection.signal)
    options.onAnswer()
    body = response.body
    // A body that fails while nobody waits for it must not be an uncaught exception.
    body.on('error', () => {})
    await check(response, options.secrets)
    intake = options.createIntake()
    reading = read(body, intake, connection, silence.heard)
    while (!intake.complete || intake.pending > 0) {
      for (const event of intake.take()) {
        yield event
        if (signal.aborted && event.type !== 'finish') throw signal.reason
      }
      if (intake.complete || intake.pending > 0) continue
      if (reading.failure !== undefined && !intake.stopped) throw reading.failure
      if (reading.over) intake.end()
      else {
        if (intake.stopped && !stopped) {
          stopped = true
          silence.shorten(LINGER_MS)
        }
        if (body.isPaused()) body.resume()
        await reading.more()
      }
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    const over = reading?.over ?? false
    if (intake?.complete && body && !over) {
      // The answer is told; the few bytes that end its body decide whether the connection can serve again.
      silence.shorten(LINGER_MS)
      body.once('close', silence.stop).resume()
    } else {
      silence.stop()
      if (!over) connection.abort(new Error('cancelled'))
    }
  }
}

/** A request, and the beginning of its response as text. */
export async function ask (pool: Pool, path: string, headers: Record<string, string>, body: string, signal: AbortSignal): Promise<{ status: number, headers: Headers, text: string }> {
  const response = await post({ pool, path, headers, body }, signal)
  return { status: response.statusCode, headers: response.headers, text: await beginning(response.body) }
}

function post ({ pool, path, headers, body }: Pick<Exchange, 'pool' | 'path' | 'headers' | 'body'>, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  return new Promise((resolve, reject) => {
    // A request that waits for a connection hears of its abort only when it gets one.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    pool.request({ method: 'POST', path, headers, body, signal }).then(resolve, reject)
  })
}

/** Throws unless an answer may follow. */
async function check ({ statusCode, headers, body }: Dispatcher.ResponseData, secrets: () => string[]): Promise<void> {
  if (statusCode !== 200) throw refused(statusCode, headers, await beginning(body), secrets())
  if (/^\s*text\/html\b/i.test(String(headers['content-type'] ?? ''))) throw broken('an HTML page instead of an answer; is LLM_URL right?')
  const coding = String(headers['content-encoding'] ?? 'identity')
  if (coding !== 'identity') throw broken(`an answer in ${coding.slice(0, 20)}, which was not asked for`)
}

async function beginning (body: Body): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size >= BEGINNING_BYTES) break
    }
  } catch {
    // The status is known and says more than the end of its body.
  }
  return Buffer.concat(chunks).toString('utf8', 0, BEGINNING_BYTES)
}

interface Reading {
  /** Why no more will come, if not because the body ended. */
  readonly failure: unknown
  readonly over: boolean
  /** Resolves when there is something new to look at. */
  more (): Promise<void>
}

// In flowing mode a read costs one call, where an async iterator costs several promises.
function read (body: Body, intake: Intake, connection: AbortController, heard: () => void): Reading {
  let failure: unknown
  let over = false
  let fresh = false
  let wake = () => {}

  function tell (): void {
    fresh = true
    wake()
  }

  body.on('data', (chunk: Buffer) => {
    if (over) return
    const before = intake.tokens
    try {
      intake.feed(chunk)
    } catch (error) {
      failure ??= error
      over = true
      connection.abort(error)
    }
    if (intake.tokens !== before) heard()
    if (intake.pending >= HIGH_WATER) body.pause()
    tell()
  })
  body.on('end', () => {
    over = true
    tell()
  })
  body.on('error', (error) => {
    failure ??= error
    over = true
    tell()
  })

  return {
    get failure () { return failure },
    get over () { return over },
    more () {
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
