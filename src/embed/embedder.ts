// The port to the embedding models.

import type { Language } from '../types.ts'

export interface EmbedderModelStats {
  id: string
  state: 'loading' | 'ready' | 'unavailable'
  /** Its files are being fetched: until then the service works without it. */
  fetching?: true
  /** Tells an operator why it is unavailable. */
  reason?: string
  dimensions: number
  load_ms: number
}

export interface EmbedderStats {
  models: EmbedderModelStats[]
  cache: { size: number, max: number, hits: number, misses: number }
  queue: { questions: number, passages: number }
}

export interface EmbeddedText { title: string, text: string }

export interface Embedder {
  /** The model of every call that names none: the first one. */
  readonly defaultModel: string
  /**
   * Returns the model for documents in a language, or the named one. While that model is fetched or unavailable, it is
   * another one that is ready.
   */
  modelFor (language: Language, named?: string): string
  /** Returns the length of a model's vectors; 0 while it is unavailable. */
  dimensions (model?: string): number
  /**
   * Returns the vector of a question if it is in the cache: the company's own, so that the time an answer takes does not
   * tell whether somebody of another company has asked the same.
   */
  cachedQuestion (text: string, model?: string, company?: string): Float32Array | undefined
  /**
   * Returns the unit vector of a question, or null when the model is unavailable, or does not read the question's script.
   * Runs before every waiting passage;
   * identical questions of a company in flight share one run; companies take turns. Throws EMBEDDING_FAILED.
   */
  embedQuestion (text: string, model?: string, company?: string): Promise<Float32Array | null>
  /**
   * Returns the unit vectors of each document: one of its title (when it has one), then one for each window of its
   * text, read with the title before it; at least one for each document. A window has at most 120 tokens, in whole
   * sentences where they fit. Returns null when the model is unavailable. Throws EMBEDDING_FAILED, or the signal's reason.
   */
  embedPassages (
    documents: readonly EmbeddedText[], options?: { model?: string, signal?: AbortSignal }
  ): Promise<Float32Array[][] | null>
  /** Resolves once every model is loaded and warmed up, or unavailable. Never rejects. */
  ready (): Promise<void>
  /** Resolves as soon as no model is loading from disk: one that has to be fetched first is not waited for. Never rejects. */
  loaded (): Promise<void>
  /** Calls the listener each time that a model becomes ready. */
  onReady (listener: (model: string) => void): void
  stats (): EmbedderStats
  close (): Promise<void>
}

/** Returns a question's vector, from the cache if possible; null when there is none. Never rejects. */
export async function questionVector (
  embedder: Embedder, company: string, text: string, model = embedder.defaultModel
): Promise<Float32Array | null> {
  return embedder.cachedQuestion(text, model, company) ?? embedder.embedQuestion(text, model, company).catch(() => null)
}
