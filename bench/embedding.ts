// Measures the embedding of a question and of passages, against a bare transformers.js pipeline in a worker.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { createEmbedder } from '../src/embed/create.ts'
import type { Embedder } from '../src/embed/embedder.ts'
import { defaultModelId } from '../src/embed/models.ts'
import { sampleTexts } from './documents.ts'
import { median, quantile, type Figure } from './figures.ts'
import { goldenQuestions, type Options } from './stack.ts'

const modelsDir = fileURLToPath(new URL('../var/models', import.meta.url))

/** Creates the service's embedder with its defaults, but without a cache, so that every question runs. */
export async function loadEmbedder (model = defaultModelId): Promise<Embedder> {
  const embedder = createEmbedder({ models: [model], dtype: 'auto', threads: 1, modelsDir, hubUrl: '', cacheMax: 0 })
  await embedder.ready()
  assert.ok(embedder.dimensions() > 0, 'no model: run npm start once to fetch it')
  return embedder
}

export async function embedding ({ quick }: Options): Promise<Figure[]> {
  const embedder = await loadEmbedder()
  const bare = await startBare()
  try {
    const questions = (await goldenQuestions()).map(({ message }) => message).slice(0, quick ? 50 : undefined)
    const ours: number[] = []
    const theirs: number[] = []
    for (const text of [...questions.slice(0, 20), ...questions]) {
      const vector = await timed(ours, async () => (await embedder.embedQuestion(text))!)
      const other = await timed(theirs, () => bare.embed(text))
      assert.ok(cosine(vector, other) > 0.999, `a different vector from the bare pipeline's: ${text}`)
    }
    const figure = (name: string, share: number): Figure => ({
      name, unit: 'ms', value: quantile(ours.slice(20), share), bare: quantile(theirs.slice(20), share),
    })
    return [figure('a question p50', 0.5), figure('a question p95', 0.95), ...await passages(embedder, bare, quick)]
  } finally {
    await embedder.close()
    await bare.stop()
  }
}

/** Measures titles and texts as ingestion embeds them; the bare pipeline gets the same texts, one by one. */
async function passages (embedder: Embedder, bare: Bare, quick: boolean): Promise<Figure[]> {
  const documents = await sampleTexts(quick ? 20 : 80)
  const rates: { ours: number, bare: number }[] = []
  let vectors = 0
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    let startedAt = performance.now()
    const found = (await embedder.embedPassages(documents))!
    const ours = performance.now() - startedAt
    vectors = found.flat().length
    assert.ok(found.length === documents.length && vectors >= 2 * documents.length)

    startedAt = performance.now()
    let made = 0
    for (const [i, { title, text }] of documents.entries()) {
      const [ofTitle] = [await bare.embed(title), await bare.embed(`${title}\n${text}`)]
      made += 2
      assert.ok(cosine(ofTitle!, found[i]![0]!) > 0.99, `a different vector of a title: ${title}`)
    }
    rates.push({ ours: vectors / ours * 1000, bare: made / (performance.now() - startedAt) * 1000 })
  }
  return [{
    name: 'passages', unit: 'vectors per s', value: median(rates.map(({ ours }) => ours)), bare: median(rates.map(rate => rate.bare)),
    note: `${documents.length} documents, ${vectors} vectors`,
  }]
}

export interface Bare { embed (text: string): Promise<Float32Array>, stop (): Promise<unknown> }

export async function startBare (): Promise<Bare> {
  const worker = new Worker(new URL('./bare-embedder.ts', import.meta.url), {
    workerData: { modelsDir, repository: 'onnx-community/all-MiniLM-L6-v2-ONNX', dtype: 'q4' },
  })
  await once(worker, 'message')
  return {
    async embed (text) {
      worker.postMessage(text)
      const [vector] = await once(worker, 'message')
      return vector as Float32Array
    },
    stop: () => worker.terminate(),
  }
}

async function timed<T> (into: number[], work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  const result = await work()
  into.push(performance.now() - startedAt)
  return result
}

/** Returns the cosine of two unit vectors. */
function cosine (a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}
