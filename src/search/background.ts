// Compares a question with passages of other trades: a similarity says more beside those that mean nothing.
import { settlesWithin } from '../async/signals.ts'
import { similarityScale } from '../similarity-scale.ts'
import { dot } from '../similarity.ts'
import type { Language } from '../types.ts'
import type { Background, SearchEngine, SearchRequest } from './engine.ts'
import { otherTrades } from './other-trades.ts'

/** What is needed of an embedder: the vectors of passages, or null without the model. */
export interface PassageEmbedder {
  embedPassages (documents: readonly { title: string, text: string }[], options: { model: string }): Promise<Float32Array[][] | null>
}

/** The longest wait for the vectors of the other trades, which are made once for each model and language. */
const waitMs = 2000

/** Adds the background to what an engine finds. The same for every engine: it needs the question's vector only. */
export function withBackground<E extends SearchEngine> (engine: E, embedder: PassageEmbedder): E {
  const known = new Map<string, Float32Array[]>()
  const running = new Map<string, Promise<Float32Array[] | null>>()

  function vectorsOf (model: string, language: Language): Float32Array[] | Promise<Float32Array[] | null> {
    const key = `${language} ${model}`
    const found = known.get(key) ?? running.get(key)
    if (found) return found
    const made = embedder.embedPassages(textsOf(language).map(text => ({ title: '', text })), { model }).then(found => {
      const vectors = found?.flatMap(windows => windows.slice(0, 1)) ?? null
      if (vectors) known.set(key, vectors)
      return vectors
    }).catch(() => null).finally(() => running.delete(key))
    running.set(key, made)
    return made
  }

  async function backgroundOf ({ company, vectors: [first] }: SearchRequest): Promise<Background | null> {
    if (!first) return null
    const others = vectorsOf(first.model, company.language)
    const vector = await Promise.resolve(first.vector).catch(() => null)
    if (!vector) return null
    if (!(others instanceof Promise)) return compare(vector, others, first.model)
    return await settlesWithin(waitMs, others) ? compare(vector, await others, first.model) : null
  }

  return {
    ...engine,
    async search (request: SearchRequest) {
      const background = backgroundOf(request)
      const found = await engine.search(request)
      const compared = await background
      return compared ? { ...found, background: compared } : found
    },
  }
}

function textsOf (language: Language): string[] {
  return language === 'und' ? Object.values(otherTrades).flat() : otherTrades[language]
}

function compare (vector: Float32Array, others: Float32Array[] | null, model: string): Background | null {
  if (!others || others.length === 0) return null
  const { slope, offset } = similarityScale(model)
  const all = others.map(other => slope * dot(vector, other) + offset)
  const mean = all.reduce((sum, one) => sum + one, 0) / all.length
  return { mean, deviation: Math.sqrt(all.reduce((sum, one) => sum + (one - mean) ** 2, 0) / all.length) }
}
