// Runs the embedding thread from the main thread, and restarts it after a crash.

import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { coded } from '../errors.ts'
import type { TextKind } from './inference.ts'
import type { ModelLocation } from './run-model.ts'
import type { Window } from './windows.ts'

export interface ThreadOptions {
  /** The worker's module; tests use another one. */
  worker?: URL
  /** Crashes allowed within `forgetMs`; after one more the thread stays down until the first ones are forgotten. */
  maxCrashes?: number
  forgetMs?: number
  /** Milliseconds; tests use their own clock. */
  now?: () => number
  /** Runs after each crash, once the thread is down. */
  onCrash?: (error: Error) => void
}

/** Takes one call at a time; each starts the thread and loads the model where needed. */
export interface EmbeddingThread {
  /** Loads a model. Throws the reason when it does not load. */
  load (location: ModelLocation): Promise<{ dimensions: number }>
  /** Splits each text into windows. Throws EMBEDDING_FAILED. */
  split (location: ModelLocation, texts: string[]): Promise<Window[][]>
  /** Returns one unit vector for each text, each with its own memory. Throws EMBEDDING_FAILED. */
  embed (location: ModelLocation, texts: string[], kind: TextKind): Promise<Float32Array[]>
  /** Ends the thread. Nothing may be running: ending a thread during a run ends the process. */
  close (): Promise<void>
}

/** A thread from its start to its end or crash. */
interface Lifetime {
  pool: Piscina
  loaded: Map<string, { dimensions: number }>
  /** The worker has ended: the running task rejects with the crash. */
  hasEnded: boolean
}

/** Creates the thread, which starts with the first call. An idle thread does not keep the process alive. */
export function createThread ({
  worker = new URL('./worker.ts', import.meta.url), maxCrashes = 5, forgetMs = 600_000, now = () => performance.now(), onCrash
}: ThreadOptions = {}): EmbeddingThread {
  let current: Lifetime | undefined
  let crashTimes: number[] = []
  const ending = new Set<Promise<void>>()

  function start (): Lifetime {
    crashTimes = crashTimes.filter((at) => now() - at < forgetMs)
    if (crashTimes.length > maxCrashes) throw new Error(`the embedding thread crashed ${crashTimes.length} times and stays down for now`)
    // The ONNX runtime reports to its makers otherwise, and keeps an id of the machine for that. It reads the process's own
    // environment, which a worker cannot change.
    process.env.ORT_DISABLE_TELEMETRY ??= '1'
    const pool = new Piscina({
      filename: fileURLToPath(worker), minThreads: 1, maxThreads: 1, concurrentTasksPerWorker: 1, recordTiming: false,
      resourceLimits: { maxYoungGenerationSizeMb: 3 }
    })
    const started: Lifetime = { pool, loaded: new Map(), hasEnded: false }
    pool.on('error', (error: Error) => handleCrash(started, error))
    pool.on('workerDestroy', () => {
      started.hasEnded = true
      // A running task rejects first, and with a better reason; without one this is all that is known.
      setImmediate(() => handleCrash(started, new Error('the embedding thread ended by itself')))
    })
    return started
  }

  function handleCrash (crashed: Lifetime, error: Error): void {
    if (current !== crashed) return
    current = undefined
    crashTimes.push(now())
    // The pool has already replaced its worker; end that one too, so that every thread starts the same way.
    end(crashed.pool)
    onCrash?.(error)
  }

  function end (pool: Piscina): Promise<void> {
    const ended = pool.destroy().catch(() => {}).finally(() => ending.delete(ended))
    ending.add(ended)
    return ended
  }

  async function run<Result> (name: string, task: unknown): Promise<Result> {
    const lifetime = current ??= start()
    try {
      return await lifetime.pool.run(task, { name })
    } catch (error) {
      if (lifetime.hasEnded) handleCrash(lifetime, error as Error)
      throw error
    }
  }

  async function load (location: ModelLocation): Promise<{ dimensions: number }> {
    const loaded = current?.loaded.get(location.repository)
    if (loaded) return loaded
    const model = await run<{ dimensions: number }>('load', location)
    current?.loaded.set(location.repository, model)
    return model
  }

  async function runLoaded<Result> (name: string, location: ModelLocation, task: object): Promise<Result> {
    try {
      await load(location)
      return await run<Result>(name, { repository: location.repository, ...task })
    } catch (error) {
      throw coded('EMBEDDING_FAILED', undefined, error)
    }
  }

  return {
    load,
    split: (location, texts) => runLoaded('split', location, { texts }),

    async embed (location, texts, kind) {
      const vectors = await runLoaded<Float32Array>('embed', location, { texts, kind })
      const dimensions = vectors.length / texts.length
      return texts.map((_, i) => vectors.slice(i * dimensions, (i + 1) * dimensions))
    },

    async close () {
      const last = current
      current = undefined
      if (last) end(last.pool)
      await Promise.all(ending)
    }
  }
}
