// Brings one embedding model up: fetches and loads it, and tries again later when it is unavailable.

import type { ProxySettings } from '../async/agent.ts'
import { resolve } from 'node:path'
import { backoffMs } from '../async/retry.ts'
import type { Scripts } from './conversion/e5-tokenizer.ts'
import type { EmbedderModelStats } from './embedder.ts'
import type { ModelLocation } from './run-model.ts'
import { ProvisionError } from './provision.ts'
import type { provisionModel, ProvisionProgress } from './provision.ts'

const maxRetryMs = 900_000
/** The step between two lines in the log about a model that is being fetched. */
const stepPercent = 20

/** The methods of a pino logger that the embedder calls. */
export interface EmbedLog {
  info (fields: object, message: string): void
  warn (fields: object, message: string): void
}

export interface ModelSlot {
  stats (): EmbedderModelStats
  /** Returns the location of the loaded model, or undefined while it is not ready. */
  location (): ModelLocation | undefined
  /** Resolves when the model is ready, or unavailable for now. */
  readonly settled: Promise<void>
  /** Resolves with `settled`, or once a download has started, which may take minutes. */
  readonly settledOrDownloading: Promise<void>
  /** Loads the model again, into a new thread. Never rejects. */
  reload (): Promise<void>
  /** Stops the download or load, and resolves `settled`. */
  close (): Promise<void>
}

export interface SlotOptions {
  id: string
  /** `q4`, `q8`, …, or `auto`. */
  dtype: string
  modelsDir: string
  threads: number
  hubUrl?: string
  proxy?: ProxySettings | undefined
  scripts?: Scripts
  environment?: NodeJS.ProcessEnv
  provision: typeof provisionModel
  load: (location: ModelLocation) => Promise<{ dimensions: number }>
  /** First delay before an unavailable model is tried again, ms; doubled each time, up to a quarter of an hour. */
  retryMs: number
  /** Called each time that the model has become ready. */
  onReady?: () => void
  log?: EmbedLog
}

/** Creates the slot and starts to bring its model up, in the background. */
export function createModelSlot ({
  id, dtype, modelsDir, threads, hubUrl, proxy, scripts, environment, provision, load, retryMs, onReady, log
}: SlotOptions): ModelSlot {
  const stats: EmbedderModelStats = { id, state: 'loading', dimensions: 0, load_ms: 0 }
  const settled = Promise.withResolvers<void>()
  const settledOrDownloading = Promise.withResolvers<void>()
  const closing = new AbortController()
  let location: ModelLocation | undefined
  let failures = 0
  let timer: NodeJS.Timeout | undefined
  let working = bringUp()

  async function bringUp (): Promise<void> {
    try {
      await provideAndLoad(false).catch((error) => {
        if (error instanceof ProvisionError || closing.signal.aborted) throw error
        log?.warn({ model: id, err: error }, 'embedding model did not load; checking its files')
        return provideAndLoad(true).catch((second) => {
          throw second instanceof ProvisionError ? new Error(`${messageOf(error)}; ${messageOf(second)}`, { cause: error }) : second
        })
      })
      log?.info({ model: id, load_ms: stats.load_ms, dimensions: stats.dimensions }, 'embedding model ready')
      onReady?.()
    } catch (error) {
      markUnavailable(error)
    }
    settled.resolve()
    settledOrDownloading.resolve()
  }

  async function provideAndLoad (recheck: boolean): Promise<void> {
    const onProgress = createProgressLog(id, log, () => {
      stats.fetching = true
      settledOrDownloading.resolve()
    })
    const { repository, dtype: provided } = await provision({
      id, dtype, modelsDir, hubUrl, proxy, scripts, environment, recheck, onProgress, signal: closing.signal
    })
    delete stats.fetching
    const startedAt = performance.now()
    const next = { repository, dtype: provided, modelsDir: resolve(modelsDir), threads }
    const { dimensions } = await load(next)
    closing.signal.throwIfAborted()
    location = next
    failures = 0
    delete stats.reason
    Object.assign(stats, { state: 'ready', dimensions, load_ms: Math.round(performance.now() - startedAt) })
  }

  function markUnavailable (error: unknown): void {
    location = undefined
    delete stats.fetching
    const reason = closing.signal.aborted ? 'the embedder is closed' : messageOf(error)
    Object.assign(stats, { state: 'unavailable', reason, dimensions: 0 })
    if (closing.signal.aborted) return
    const pauseMs = backoffMs(++failures, { firstMs: retryMs, longestMs: maxRetryMs })
    log?.warn({ model: id, reason, retry_ms: Math.round(pauseMs) }, 'embedding model unavailable')
    clearTimeout(timer)
    timer = setTimeout(() => { working = bringUp() }, pauseMs).unref()
  }

  return {
    stats: () => ({ ...stats }),
    location: () => location,
    settled: settled.promise,
    settledOrDownloading: settledOrDownloading.promise,

    async reload () {
      if (!location) return
      try {
        await load(location)
      } catch (error) {
        markUnavailable(error)
      }
    },

    async close () {
      closing.abort(new Error('the embedder is closed'))
      clearTimeout(timer)
      markUnavailable(undefined)
      settled.resolve()
      settledOrDownloading.resolve()
      await working
    }
  }
}

/** Logs the progress of a download at its start and at every step. */
function createProgressLog (model: string, log: EmbedLog | undefined, onFetching: () => void): (progress: ProvisionProgress) => void {
  let last: string | undefined
  return ({ source, received, total }) => {
    onFetching()
    const percent = total === 0 ? 0 : Math.floor(100 * received / total)
    const step = `${source} ${percent - percent % stepPercent}`
    if (step === last) return
    last = step
    log?.info({ model, source, percent, total_mb: Math.round(total / 1e5) / 10 }, 'embedding model is being fetched')
  }
}

function messageOf (error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
