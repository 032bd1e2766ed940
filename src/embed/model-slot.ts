// The life of one embedding model: provisioned, loaded, unavailable, tried again.

import { resolve } from 'node:path'
import type { EmbedderModelStats } from './embedder.ts'
import type { ModelOrder } from './inference.ts'
import { ProvisionError } from './provision.ts'
import type { provisionModel } from './provision.ts'

const LONGEST_RETRY_MS = 900_000

/** The part of a pino logger that is used here. */
export interface EmbedLog {
  info (fields: object, message: string): void
  warn (fields: object, message: string): void
}

export interface ModelSlot {
  stats (): EmbedderModelStats
  /** What to ask the thread for; undefined while the model is not ready. */
  order (): ModelOrder | undefined
  /** Resolves when the model is ready, or known to be unavailable for now. */
  readonly known: Promise<void>
  /** The same, but also as soon as a download has begun: what follows may take minutes. */
  readonly soon: Promise<void>
  /** Loads the model again, into a new thread. Never rejects. */
  reload (): Promise<void>
  /** Stops what goes on, and settles `known`. */
  close (): Promise<void>
}

export interface SlotOptions {
  id: string
  dtype: string
  modelsDir: string
  threads: number
  hubUrl?: string
  provision: typeof provisionModel
  load: (order: ModelOrder) => Promise<{ dimensions: number }>
  /** First wait before an unavailable model is tried again, ms; doubled each time, up to a quarter of an hour. */
  retryMs: number
  log?: EmbedLog
}

/** Makes the slot and begins to bring its model up, in the background. */
export function createModelSlot ({ id, dtype, modelsDir, threads, hubUrl, provision, load, retryMs, log }: SlotOptions): ModelSlot {
  const stats: EmbedderModelStats = { id, state: 'loading', dimensions: 0, load_ms: 0 }
  const known = Promise.withResolvers<void>()
  const soon = Promise.withResolvers<void>()
  const closing = new AbortController()
  let order: ModelOrder | undefined
  let retryIn = retryMs
  let timer: NodeJS.Timeout | undefined
  let working = bringUp()

  async function bringUp (): Promise<void> {
    try {
      await provideAndLoad(false).catch((error) => {
        if (error instanceof ProvisionError || closing.signal.aborted) throw error
        log?.warn({ model: id, err: error }, 'embedding model did not load, its files are checked again')
        return provideAndLoad(true).catch((second) => {
          throw second instanceof ProvisionError ? new Error(`${message(error)}; ${message(second)}`, { cause: error }) : second
        })
      })
      log?.info({ model: id, load_ms: stats.load_ms, dimensions: stats.dimensions }, 'embedding model ready')
    } catch (error) {
      unavailable(error)
    }
    known.resolve()
    soon.resolve()
  }

  async function provideAndLoad (recheck: boolean): Promise<void> {
    const onProgress = () => soon.resolve()
    const { repository } = await provision({
      id, dtype, modelsDir, hubUrl, recheck, onProgress, signal: closing.signal
    })
    const begun = performance.now()
    const next = { repository, dtype, modelsDir: resolve(modelsDir), threads }
    const { dimensions } = await load(next)
    closing.signal.throwIfAborted()
    order = next
    retryIn = retryMs
    delete stats.reason
    Object.assign(stats, { state: 'ready', dimensions, load_ms: Math.round(performance.now() - begun) })
  }

  function unavailable (error: unknown): void {
    order = undefined
    const reason = closing.signal.aborted ? 'the embedder is closed' : message(error)
    Object.assign(stats, { state: 'unavailable', reason, dimensions: 0 })
    if (closing.signal.aborted) return
    log?.warn({ model: id, reason, retry_ms: retryIn }, 'embedding model unavailable')
    clearTimeout(timer)
    timer = setTimeout(() => { working = bringUp() }, retryIn).unref()
    retryIn = Math.min(retryIn * 2, LONGEST_RETRY_MS)
  }

  return {
    stats: () => ({ ...stats }),
    order: () => order,
    known: known.promise,
    soon: soon.promise,

    async reload () {
      if (!order) return
      try {
        await load(order)
      } catch (error) {
        unavailable(error)
      }
    },

    async close () {
      closing.abort(new Error('the embedder is closed'))
      clearTimeout(timer)
      unavailable(undefined)
      known.resolve()
      soon.resolve()
      await working
    }
  }
}

function message (error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
