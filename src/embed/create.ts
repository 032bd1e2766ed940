// Makes the embedder: models brought up in the background, one thread, questions before passages, a cache.

import { LRUCache } from 'lru-cache'
import { coded } from '../errors.ts'
import type { Embedder } from './embedder.ts'
import { createModelSlot } from './model-slot.ts'
import type { EmbedLog } from './model-slot.ts'
import { createPassageJob } from './passage-job.ts'
import type { PassageJob } from './passage-job.ts'
import { provisionModel } from './provision.ts'
import { createQueue } from './queue.ts'
import { createThread } from './thread.ts'
import type { EmbeddingThread, ThreadOptions } from './thread.ts'

/** No model reads further than this in a question, and tokenizing more would hold up the next one. */
const LONGEST_QUESTION = 8_000

export interface EmbedderOptions {
  /** Ids as in EMBEDDING_MODELS; the first is the default. */
  models: string[]
  /** Precision of the weights: `q4`, `q8`, `fp32`, … */
  dtype: string
  /** CPU threads that one run may use. */
  threads: number
  modelsDir: string
  /** Default https://huggingface.co. */
  hubUrl?: string
  /** Questions whose vectors are kept; 0 = none. */
  cacheMax: number
  /** First wait before an unavailable model is tried again, ms. Default 60,000. */
  retryMs?: number
  log?: EmbedLog
  /** The rest is replaced in tests. */
  provision?: typeof provisionModel
  thread?: (options: ThreadOptions) => EmbeddingThread
}

/** Makes an embedder at once; its models come up in the background, see `ready` and `stats`. */
export function createEmbedder ({
  models, dtype, threads, modelsDir, hubUrl, cacheMax, retryMs = 60_000, log,
  provision = provisionModel, thread: threadOf = createThread
}: EmbedderOptions): Embedder {
  const queue = createQueue()
  const thread = threadOf({
    onCrash (error) {
      log?.warn({ err: error }, 'the embedding thread crashed and is started again')
      for (const slot of slots.values()) slot.reload()
    }
  })
  const slots = new Map(models.map((id) => [id, createModelSlot({
    id, dtype, modelsDir, threads, hubUrl, provision, retryMs, log, load: (order) => queue.first(() => thread.load(order))
  })]))
  const defaultModel = models[0] ?? ''
  const cache = cacheMax > 0 ? new LRUCache<string, Float32Array>({ max: cacheMax }) : undefined
  const running = new Map<string, Promise<Float32Array>>()
  const jobs = new Set<PassageJob>()
  // Before the first measure: what one core of a small server does.
  const paces = new Map(models.map((id) => [id, { msPerToken: 0.25 }]))
  let hits = 0
  let misses = 0

  // Callers may change or transfer what they get, so the cache gives copies (some 100 ns).
  const fromCache = (key: string) => {
    const vector = cache?.get(key)
    if (vector) hits++
    return vector?.slice()
  }

  return {
    defaultModel,
    dimensions: (model = defaultModel) => slots.get(model)?.stats().dimensions ?? 0,
    cached: (text, model = defaultModel) => fromCache(keyOf(model, text)),

    async question (text, model = defaultModel) {
      const slot = slots.get(model)
      // Worth waiting for the half second that loading takes, not for a download.
      if (slot?.stats().state === 'loading') await slot.soon
      const order = slot?.order()
      if (!order) return null
      const key = keyOf(model, text)
      const known = fromCache(key)
      if (known) return known
      let run = running.get(key)
      if (run) {
        hits++
      } else {
        misses++
        run = queue.first(() => thread.embed(order, [text.slice(0, LONGEST_QUESTION)], 'question'))
          .then(([vector]) => {
            cache?.set(key, vector!)
            return vector!
          })
          .finally(() => running.delete(key))
        running.set(key, run)
      }
      return (await run).slice()
    },

    async passages (documents, { model = defaultModel, signal } = {}) {
      const slot = slots.get(model)
      let job: PassageJob | undefined
      const aborted = Promise.withResolvers<never>()
      aborted.promise.catch(() => {})
      const abort = () => {
        if (job) queue.remove(job)
        job?.cancel(signal?.reason)
        aborted.reject(signal?.reason)
      }
      signal?.throwIfAborted()
      signal?.addEventListener('abort', abort, { once: true })
      try {
        if (slot?.stats().state === 'loading') await Promise.race([slot.known, aborted.promise])
        const order = slot?.order()
        if (!order) return null
        job = createPassageJob({
          documents,
          split: (some) => thread.split(order, some),
          embed: (some) => thread.embed(order, some, 'passage'),
          pace: paces.get(model)!
        })
        jobs.add(job)
        queue.add(job)
        return await job.vectors
      } finally {
        signal?.removeEventListener('abort', abort)
        if (job) jobs.delete(job)
      }
    },

    async ready () {
      await Promise.all([...slots.values()].map((slot) => slot.known))
    },

    stats: () => ({
      models: [...slots.values()].map((slot) => slot.stats()),
      cache: { size: cache?.size ?? 0, max: cacheMax, hits, misses },
      queue: { questions: running.size, passages: [...jobs].reduce((sum, job) => sum + job.waiting(), 0) }
    }),

    async close () {
      const error = coded('EMBEDDING_FAILED', 'The embedder is closed.')
      const closing = [...slots.values()].map((slot) => slot.close())
      for (const job of jobs) job.cancel(error)
      await queue.close(error)
      await Promise.all(closing)
      await thread.close()
    }
  }
}

function keyOf (model: string, text: string): string {
  return `${model}\n${text}`
}
