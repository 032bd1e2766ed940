// The port to the embedding models.

export interface EmbedderModelStats {
  id: string
  state: 'loading' | 'ready' | 'unavailable'
  /** Why it is unavailable, for an operator. */
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
  /** The model that is used unless another is named. */
  readonly defaultModel: string
  /** Length of a model's vectors; 0 while it is unavailable. */
  dimensions (model?: string): number
  /** The vector of a question when it is in the cache; costs nothing. */
  cached (text: string, model?: string): Float32Array | undefined
  /**
   * The unit vector of a question, ahead of every passage that waits. Identical questions in flight share one run.
   * null when the model is unavailable. Throws EMBEDDING_FAILED.
   */
  question (text: string, model?: string): Promise<Float32Array | null>
  /**
   * The unit vectors of each document: one of its title (when it has one), then one for each window of at most 120
   * tokens of its text (whole sentences where they fit), the title before it; at least one a document. null when
   * the model is unavailable. Throws EMBEDDING_FAILED, or the signal's reason.
   */
  passages (documents: readonly EmbeddedText[], options?: { model?: string, signal?: AbortSignal }): Promise<Float32Array[][] | null>
  /** Resolves once every model is loaded and warmed, or known to be unavailable. Never rejects. */
  ready (): Promise<void>
  stats (): EmbedderStats
  close (): Promise<void>
}

/** A question's vector by the default model: from the cache, else made; null when there is none to be had. Never rejects. */
export async function questionVector (embedder: Embedder, text: string): Promise<Float32Array | null> {
  return embedder.cached(text, embedder.defaultModel) ?? embedder.question(text, embedder.defaultModel).catch(() => null)
}
