// The main thread's side of the embedding thread: starts it, asks it, and starts it again after a crash.

import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { coded } from '../errors.ts'
import type { ModelOrder, TextKind } from './inference.ts'
import type { Window } from './windows.ts'

export interface ThreadOptions {
  /** The worker's module; another one in tests. */
  worker?: URL
  /** Crashes that are forgiven within `forgetMs`; after one more the thread stays down until they are forgotten. */
  maxCrashes?: number
  forgetMs?: number
  /** Milliseconds; tests bring their own. */
  now?: () => number
  /** Told after each crash, when the thread is down. */
  onCrash?: (error: Error) => void
}

/** Ask one thing at a time; each call starts the thread and loads the model where that is needed. */
export interface EmbeddingThread {
  /** Throws what stands in the way of loading. */
  load (order: ModelOrder): Promise<{ dimensions: number }>
  /** Throws EMBEDDING_FAILED. */
  split (order: ModelOrder, texts: string[]): Promise<Window[][]>
  /** One unit vector a text, each with memory of its own. Throws EMBEDDING_FAILED. */
  embed (order: ModelOrder, texts: string[], kind: TextKind): Promise<Float32Array[]>
  /** Ends the thread. Nothing may be running: a thread that is ended inside a run takes the process with it. */
  close (): Promise<void>
}

interface Life {
  pool: Piscina
  loaded: Map<string, { dimensions: number }>
  /** The worker is gone: what the running task rejects with is the crash. */
  lost: boolean
}

/** Makes the thread; it starts with the first call. An idle thread does not keep the process alive. */
export function createThread ({
  worker = new URL('./worker.ts', import.meta.url), maxCrashes = 5, forgetMs = 600_000, now = () => performance.now(), onCrash
}: ThreadOptions = {}): EmbeddingThread {
  let life: Life | undefined
  let crashes: number[] = []
  const ending = new Set<Promise<void>>()

  function begin (): Life {
    crashes = crashes.filter((at) => now() - at < forgetMs)
    if (crashes.length > maxCrashes) throw new Error(`the embedding thread crashed ${crashes.length} times and stays down for now`)
    const pool = new Piscina({
      filename: fileURLToPath(worker), minThreads: 1, maxThreads: 1, concurrentTasksPerWorker: 1, recordTiming: false
    })
    const born: Life = { pool, loaded: new Map(), lost: false }
    pool.on('error', (error: Error) => crashed(born, error))
    pool.on('workerDestroy', () => {
      born.lost = true
      // A running task rejects first, and with a better reason; without one this is all there is to know.
      setImmediate(() => crashed(born, new Error('the embedding thread ended by itself')))
    })
    return born
  }

  function crashed (born: Life, error: Error): void {
    if (life !== born) return
    life = undefined
    crashes.push(now())
    // The pool has put a new worker in place by itself; it goes too, so that every life begins in one way.
    end(born.pool)
    onCrash?.(error)
  }

  function end (pool: Piscina): Promise<void> {
    const ended = pool.destroy().catch(() => {}).finally(() => ending.delete(ended))
    ending.add(ended)
    return ended
  }

  async function ask<Answer> (name: string, task: unknown): Promise<Answer> {
    const asked = life ??= begin()
    try {
      return await asked.pool.run(task, { name })
    } catch (error) {
      if (asked.lost) crashed(asked, error as Error)
      throw error
    }
  }

  async function load (order: ModelOrder): Promise<{ dimensions: number }> {
    const known = life?.loaded.get(order.repository)
    if (known) return known
    const model = await ask<{ dimensions: number }>('load', order)
    life?.loaded.set(order.repository, model)
    return model
  }

  async function askLoaded<Answer> (name: string, order: ModelOrder, task: object): Promise<Answer> {
    try {
      await load(order)
      return await ask<Answer>(name, { repository: order.repository, ...task })
    } catch (error) {
      throw coded('EMBEDDING_FAILED', undefined, error)
    }
  }

  return {
    load,
    split: (order, texts) => askLoaded('split', order, { texts }),

    async embed (order, texts, kind) {
      const vectors = await askLoaded<Float32Array>('embed', order, { texts, kind })
      const dimensions = vectors.length / texts.length
      return texts.map((_, i) => vectors.slice(i * dimensions, (i + 1) * dimensions))
    },

    async close () {
      const last = life
      life = undefined
      if (last) end(last.pool)
      await Promise.all(ending)
    }
  }
}
