// Tries a language model again, then another one, until the reader has seen the first token.
import { retry } from '../async/retry.ts'
import { asCoded } from '../errors.ts'
import type { CodedError } from '../errors.ts'
import { UpstreamError } from './failures.ts'
import type { Log } from './failures.ts'
import type { LanguageModel, ModelEnd, ModelRequest, TakeText } from './model.ts'

export interface RetryingModelOptions {
  primary: LanguageModel
  /** Used when the primary has finally failed. */
  fallback?: LanguageModel
  /** Further tries of the primary. */
  retries: number
  /** How long to wait for a server that says that it is loading the model, ms; not with a fallback. Default 60,000. */
  loadingTimeoutMs?: number | undefined
  log?: Log
  /** Waits so many ms, or rejects when the signal is aborted. Tests bring their own clock. */
  delay?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

/** The pause before a server that loads its model is asked again, ms. */
const loadingPauseMs = 1_000
const backoff = { firstMs: 100, longestMs: 2_000 }
/** A server that asks for a longer pause is not asked again for this answer, ms. */
const patienceMs = 5_000
/** The same when there is another model to ask. */
const patienceWithFallbackMs = 1_000

/**
 * Makes a model that retries `primary` and falls back to `fallback`, both only before the first token: after it the
 * coded error is thrown. Only retryable errors are retried, and no time-out. The fallback is asked once, with its own
 * model's name.
 */
export function createRetryingModel (
  { primary, fallback, retries, loadingTimeoutMs = 60_000, log, delay }: RetryingModelOptions
): LanguageModel {
  const counts = { requests: 0, retries: 0, fallbacks: 0, failures: 0 }
  const patience = fallback ? patienceWithFallbackMs : patienceMs

  // After a time-out the reader has waited long enough, and a server that loads its model would begin again.
  // OVERLOADED comes after a wait as well.
  function isWorthAnotherTry (error: CodedError): boolean {
    const { cause } = error
    if (cause instanceof UpstreamError && cause.isFinal) return false
    return error.retryable && !['LLM_TIMEOUT', 'OVERLOADED'].includes(error.code) && (askedPauseMs(error) ?? 0) <= patience
  }

  function streamPrimary (request: ModelRequest, take: TakeText, hasBegun: () => boolean): Promise<ModelEnd> {
    const startedAt = performance.now()
    let tries = 0
    const isRetryable = (error: unknown) => {
      if (hasBegun()) return false
      if (isLoading(error)) return !fallback && performance.now() - startedAt < loadingTimeoutMs
      return tries++ < retries && isWorthAnotherTry(asCoded(error, 'LLM_BROKEN'))
    }
    return retry(() => primary.stream(request, take), {
      ...backoff,
      signal: request.signal,
      isRetryable,
      retryAfterMs: error => isLoading(error) ? loadingPauseMs : askedPauseMs(error),
      onRetry (error, pauseMs, attempt) {
        counts.retries++
        log?.warn(
          { code: asCoded(error, 'LLM_BROKEN').code, model: primary.name, attempt, wait_ms: Math.round(pauseMs) },
          'asking the language model again'
        )
      },
      ...(delay ? { wait: (ms: number) => delay(ms, request.signal) } : {}),
    })
  }

  async function streamEither (request: ModelRequest, take: TakeText): Promise<ModelEnd> {
    let hasBegun = false
    const takeFirst: TakeText = text => {
      hasBegun = true
      return take(text)
    }
    try {
      return await streamPrimary(request, takeFirst, () => hasBegun)
    } catch (error) {
      request.signal.throwIfAborted()
      if (hasBegun) throw error
      const failure = asCoded(error, 'LLM_BROKEN')
      if (!fallback) throw failure
      counts.fallbacks++
      log?.warn({ code: failure.code, model: primary.name, fallback: fallback.name }, 'asking the fallback model')
      return await fallback.stream({ ...request, model: undefined }, takeFirst).catch(second => {
        // Of two failures the client gets the retryable one, otherwise the primary's.
        if (hasBegun) throw second
        throw failure.retryable || !asCoded(second).retryable ? failure : second
      })
    }
  }

  async function stream (request: ModelRequest, take: TakeText): Promise<ModelEnd> {
    counts.requests++
    try {
      return await streamEither(request, take)
    } catch (error) {
      if (request.signal.aborted) throw request.signal.reason
      counts.failures++
      throw error
    }
  }

  return {
    name: primary.name,
    kind: primary.kind,
    writesJson: primary.writesJson ?? false,
    stream,
    async warmUp () {
      await Promise.all([primary.warmUp(), fallback?.warmUp()])
    },
    stats () {
      const first = primary.stats()
      const second = fallback?.stats()
      const reason = [first, second].flatMap((stats) => stats?.reason === undefined ? [] : `${stats.name}: ${stats.reason}`).join('; ')
      return {
        name: primary.name,
        kind: primary.kind,
        ready: first.ready || second?.ready === true,
        ...(reason !== '' && { reason }),
        ...counts,
      }
    },
    async close () {
      await Promise.all([primary.close(), fallback?.close()])
    },
  }
}

function isLoading (error: unknown): boolean {
  const { cause } = error as CodedError
  return cause instanceof UpstreamError && cause.isLoading
}

/** Returns how long the server asked to be left alone. */
function askedPauseMs (error: unknown): number | undefined {
  const { cause } = error as CodedError
  return cause instanceof UpstreamError ? cause.retryAfterMs : undefined
}
