// Creates the embedder: models that come up in the background, one thread, questions before passages, a cache.

import type { ProxySettings } from '../async/agent.ts'
import { LRUCache } from 'lru-cache'
import { coded } from '../errors.ts'
import type { Scripts } from './conversion/e5-tokenizer.ts'
import type { Embedder } from './embedder.ts'
import { createModelSlot } from './model-slot.ts'
import { preferredModel } from './models.ts'
import type { EmbedLog } from './model-slot.ts'
import { createPassageJob } from './passage-job.ts'
import type { PassageJob } from './passage-job.ts'
import { provisionModel } from './provision.ts'
import { createQueue } from './queue.ts'
import { createThread } from './thread.ts'
import type { EmbeddingThread, ThreadOptions } from './thread.ts'

/** The part of a question that is tokenized: no model reads further, and more would delay the next question. */
const maxQuestionChars = 8_000
/** The assumed speed before the first measurement: one core of a small server. */
const initialMsPerToken = 0.25

export interface EmbedderOptions {
  /** Ids as in EMBEDDING_MODELS; the first is the default. */
  models: string[]
  /** Precision of the weights: `q4`, `q8`, `fp32`, …; `auto` takes the best of each model. */
  dtype: string
  /** CPU threads of one run. */
  threads: number
  modelsDir: string
  /** Default https://huggingface.co. */
  hubUrl?: string
  /** The proxies to the hub. Default none. */
  proxy?: ProxySettings | undefined
  /** The vocabulary of a model that is converted here. Default latin. */
  scripts?: Scripts
  /** The variables that pip is started with. Default none. */
  environment?: NodeJS.ProcessEnv
  /** Cached question vectors; 0 = no cache. */
  cacheMax: number
  /** First delay before an unavailable model is tried again, ms. Default 60,000. */
  retryMs?: number
  log?: EmbedLog
  /** Replaced in tests, like the thread. */
  provision?: typeof provisionModel
  thread?: (options: ThreadOptions) => EmbeddingThread
}

/** Creates an embedder; its models come up in the background, see `ready` and `stats`. */
export function createEmbedder ({
  models, dtype, threads, modelsDir, hubUrl, proxy, scripts, environment, cacheMax, retryMs = 60_000, log,
  provision = provisionModel, thread: startThread = createThread
}: EmbedderOptions): Embedder {
  const queue = createQueue()
  const thread = startThread({
    onCrash (error) {
      log?.warn({ err: error }, 'the embedding thread crashed and restarts')
      for (const slot of slots.values()) slot.reload()
    }
  })
  const listeners: ((model: string) => void)[] = []
  const slots = new Map(models.map((id) => [id, createModelSlot({
    id, dtype, modelsDir, threads, hubUrl, proxy, scripts, environment, provision, retryMs, log,
    load: (location) => queue.runFirst(() => thread.load(location)),
    onReady: () => { for (const listener of listeners) listener(id) }
  })]))
  const defaultModel = models[0] ?? ''
  const cache = cacheMax > 0 ? new LRUCache<string, Float32Array>({ max: cacheMax }) : undefined
  const running = new Map<string, Promise<Float32Array | null>>()
  const jobs = new Set<PassageJob>()
  const replaced = new Set<string>()
  const speeds = new Map(models.map((id) => [id, { msPerToken: initialMsPerToken }]))
  let hits = 0
  let misses = 0

  // Callers may change or transfer a vector, so the cache gives out copies (about 100 ns).
  const fromCache = (key: string) => {
    const vector = cache?.get(key)
    if (vector) hits++
    return vector?.slice()
  }

  return {
    defaultModel,

    modelFor (language, named) {
      const wanted = preferredModel(models, language, named)
      const isUsable = (id: string) => {
        const { state, fetching } = slots.get(id)?.stats() ?? {}
        return state === 'ready' || (state === 'loading' && !fetching)
      }
      const other = isUsable(wanted) ? undefined : models.find(isUsable)
      if (other === undefined) {
        replaced.delete(wanted)
        return wanted
      }
      // Once for each time that it is missing.
      if (!replaced.has(wanted)) log?.info({ model: wanted, instead: other }, 'embedding model not available yet; another one is used')
      replaced.add(wanted)
      return other
    },

    dimensions: (model = defaultModel) => slots.get(model)?.stats().dimensions ?? 0,
    cachedQuestion: (text, model = defaultModel, company = '') => fromCache(keyOf(company, model, text)),

    async embedQuestion (text, model = defaultModel, company = '') {
      const slot = slots.get(model)
      // Loading takes half a second and is worth the wait; a download is not.
      if (slot?.stats().state === 'loading') await slot.settledOrDownloading
      const location = slot?.location()
      if (!location) return null
      const key = keyOf(company, model, text)
      const cached = fromCache(key)
      if (cached) return cached
      let run = running.get(key)
      if (run) {
        hits++
      } else {
        misses++
        run = queue.runFirst(() => thread.embed(location, [text.slice(0, maxQuestionChars)], 'question'), company)
          .then(([vector]) => {
            if (vector!.every((value) => value === 0)) return null
            cache?.set(key, vector!)
            return vector!
          })
          .finally(() => running.delete(key))
        running.set(key, run)
      }
      return (await run)?.slice() ?? null
    },

    async embedPassages (documents, { model = defaultModel, signal } = {}) {
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
        if (slot?.stats().state === 'loading') await Promise.race([slot.settled, aborted.promise])
        const location = slot?.location()
        if (!location) return null
        job = createPassageJob({
          documents,
          split: (some) => thread.split(location, some),
          embed: (some) => thread.embed(location, some, 'passage'),
          speed: speeds.get(model)!
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
      await Promise.all([...slots.values()].map((slot) => slot.settled))
    },

    async loaded () {
      await Promise.all([...slots.values()].map((slot) => slot.settledOrDownloading))
    },

    onReady (listener) {
      listeners.push(listener)
    },

    stats: () => ({
      models: [...slots.values()].map((slot) => slot.stats()),
      cache: { size: cache?.size ?? 0, max: cacheMax, hits, misses },
      queue: { questions: running.size, passages: [...jobs].reduce((sum, job) => sum + job.countWaiting(), 0) }
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

function keyOf (company: string, model: string, text: string): string {
  return `${company}\n${model}\n${text}`
}
