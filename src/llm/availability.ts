// Knows whether the server of a language model works: from warm-ups, and from how the answers end.
import { coded, type CodedError } from '../errors.ts'
import { transportError, UpstreamError, type Log } from './failures.ts'

export interface Availability {
  /** Sends the warm-up, and again after a pause until one succeeds. Never throws. */
  warmUp (): Promise<void>
  /** A request has been sent. Call the returned function at the first sign of an answer, and when the request has ended. */
  onSent (): () => void
  /** An answer has come to its end. */
  onAnswer (): void
  /** An answer has failed. After some in a row the server counts as not available, until a warm-up or an answer succeeds. */
  onFailure (error: CodedError): void
  /** `reason` says why it is not ready, or that a ready one has been silent for long while it was asked. */
  state (): { ready: boolean, reason?: string }
  close (): void
}

export interface AvailabilityOptions {
  model: string
  /** Sends one warm-up. Throws a coded error, or the transport's own. */
  send (signal: AbortSignal): Promise<void>
  /** The longest that a warm-up may take, ms. */
  timeoutMs: number
  /** The pause after a failed warm-up, or after the failures of answers, ms. */
  againMs: number
  /** The silence after which a server that was asked is told to be silent, ms. Default 15,000. */
  silentMs?: number | undefined
  log?: Log | undefined
}

/** So many answers that fail in a row show that the server is at fault, not one question. */
const failuresInRow = 3

export function createAvailability (
  { model, send, timeoutMs, againMs, silentMs = 15_000, log }: AvailabilityOptions
): Availability {
  let ready = false
  let reason: string | undefined = 'not warmed up yet'
  let failures = 0
  let isClosed = false
  /** When the requests were sent that wait for the first sign of an answer, ms of the monotonic clock. */
  const waiting = new Set<{ since: number }>()
  let heardAt = -Infinity
  let nextWarmUp: NodeJS.Timeout | undefined

  function becomeReady (): void {
    ready = true
    reason = undefined
    clearTimeout(nextWarmUp)
  }

  function becomeUnready (failure: CodedError): void {
    const { status, message } = failure.cause instanceof UpstreamError ? failure.cause : {}
    const why = status === undefined ? failure.code : `${failure.code} (HTTP ${status})`
    if (why !== reason) log?.warn({ code: failure.code, model, upstream: message }, 'the language model is not ready')
    ready = false
    reason = why
    clearTimeout(nextWarmUp)
    // While the service is not ready, no question arrives that could show that the model is back.
    nextWarmUp = setTimeout(warmUp, againMs).unref()
  }

  async function warmUp (): Promise<void> {
    clearTimeout(nextWarmUp)
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      await send(signal)
      // It does not clear the failures of answers: the next one shows that the warm-up says too little.
      becomeReady()
    } catch (error) {
      if (isClosed || ready) return
      becomeUnready(signal.aborted ? coded('LLM_TIMEOUT') : transportError(error, false))
    }
  }

  /** Returns how long a server has been silent that was asked, ms; 0 when nothing waits. */
  function silence (): number {
    const [oldest] = waiting
    return oldest ? performance.now() - Math.max(oldest.since, heardAt) : 0
  }

  return {
    warmUp,
    onSent () {
      const request = { since: performance.now() }
      waiting.add(request)
      return () => {
        if (waiting.delete(request)) heardAt = performance.now()
      }
    },
    onAnswer () {
      failures = 0
      becomeReady()
    },
    onFailure (error) {
      if (isClosed || !isFaultOfServer(error) || ++failures < failuresInRow || !ready) return
      becomeUnready(error)
    },
    state () {
      const silentFor = silence()
      const said = silentFor < silentMs ? reason : `silent for ${Math.round(silentFor / 1000)} s while it is asked`
      return { ready, ...(said !== undefined && { reason: said }) }
    },
    close () {
      isClosed = true
      clearTimeout(nextWarmUp)
    },
  }
}

/** Returns false when the question, or the number of questions, is at fault. */
function isFaultOfServer ({ code, cause }: CodedError): boolean {
  if (code === 'OVERLOADED') return false
  if (!(cause instanceof UpstreamError)) return true
  return !cause.isFinal && ![400, 413, 422].includes(cause.status ?? 0)
}
