// Tries a language model again, then another one, as long as the reader has seen nothing.
import { setTimeout as wait } from 'node:timers/promises'
import { asCoded } from '../errors.ts'
import type { CodedError } from '../errors.ts'
import { UpstreamError } from './failures.ts'
import type { Log } from './failures.ts'
import type { LanguageModel, ModelEvent, ModelRequest } from './model.ts'

export interface ResilientOptions {
  primary: LanguageModel
  /** Asked when the primary has failed for good. */
  fallback?: LanguageModel
  /** Further attempts at the primary. */
  retries: number
  log?: Log
  /** Waits that many ms, or rejects when the signal is aborted. Tests bring their own clock. */
  delay?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

const FIRST_BACKOFF_MS = 100
const MAX_BACKOFF_MS = 2_000
/** A server that asks for a longer pause is not asked again for this answer, ms. */
const PATIENCE_MS = 5_000
/** The same when there is another model to ask. */
const PATIENCE_WITH_FALLBACK_MS = 1_000

/**
 * Makes a model that retries `primary` and falls back to `fallback`, both only before the first token: after it the
 * coded error is thrown. Only retryable errors are retried; a time-out is not when there is a fallback, since the
 * reader has waited that long already. The fallback is asked once, with its own model's name.
 */
export function createResilientModel ({ primary, fallback, retries, log, delay = pause }: ResilientOptions): LanguageModel {
  const counts = { requests: 0, retries: 0, fallbacks: 0, failures: 0 }
  const patienceMs = fallback ? PATIENCE_WITH_FALLBACK_MS : PATIENCE_MS

  function pauseBefore (attempt: number, error: CodedError): number | undefined {
    if (attempt > retries || !error.retryable) return undefined
    if (fallback && error.code === 'LLM_TIMEOUT') return undefined
    const asked = error.cause instanceof UpstreamError ? error.cause.retryAfterMs ?? 0 : 0
    if (asked > patienceMs) return undefined
    const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), MAX_BACKOFF_MS)
    return Math.max(asked, backoff * (0.5 + Math.random() / 2))
  }

  async function * stream (request: ModelRequest): AsyncGenerator<ModelEvent> {
    const { signal } = request
    counts.requests++
    let begun = false
    let failure: CodedError | undefined
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          for await (const event of primary.stream(request)) {
            begun = true
            yield event
          }
          return
        } catch (error) {
          if (signal.aborted || begun) throw error
          failure = asCoded(error, 'LLM_BROKEN')
          const ms = pauseBefore(attempt, failure)
          if (ms === undefined) break
          counts.retries++
          log?.warn({ code: failure.code, model: primary.name, attempt, wait_ms: Math.round(ms) }, 'asking the language model again')
          await delay(ms, signal)
        }
      }
      if (!fallback) throw failure
      counts.fallbacks++
      log?.warn({ code: failure.code, model: primary.name, fallback: fallback.name }, 'asking the fallback model')
      for await (const event of fallback.stream({ ...request, model: undefined })) {
        begun = true
        yield event
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      counts.failures++
      // Of two failures the client is told the one that is worth another try, else the primary's.
      if (failure && !begun && (failure.retryable || !asCoded(error).retryable)) throw failure
      throw error
    }
  }

  return {
    name: primary.name,
    kind: primary.kind,
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

function pause (ms: number, signal: AbortSignal): Promise<unknown> {
  return wait(ms, undefined, { signal })
}
