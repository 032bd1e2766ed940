// What is known of the service that this one replaces: its latencies, what was improved, and what the mocks make of them.

/** Reported of it: a question took 68 s, and was to take 5 s. */
export const reported = { beforeS: 68, wantedS: 5 }

/** Milliseconds. Searching took 18 s with 120 searches, one after the other: 150 for each. */
export const latencies = { modelLoadMs: 4000, profileMs: 2000, searchMs: 18_000 / 120 }
/** The part of a search that Meilisearch itself is busy with, as measured with a real one; all else is the request's way. */
export const engineMs = 1

/** The searches of a question: 30 n-grams in each of four indexes. */
export const oldNgrams = 30

const { modelLoadMs, profileMs } = latencies
/** All that is left of the 68 s, for the model to read the prompt and to write. Its reading is assumed; the tokens come evenly. */
const writingMs = reported.beforeS * 1000 - modelLoadMs - profileMs - 18_000
export const tokens = 100
export const modelReadsMs = 2000
export const tokenMs = (writingMs - modelReadsMs) / tokens

/** The searches that the mock of Meilisearch serves at once: four per core, as Meilisearch does on two cores. */
export const permits = 8

/** In the order in which they are switched on: each includes those before it. */
export const improvements = ['embeddings', 'cache', 'streaming', 'preload', 'n-grams cut', 'pool', 'prompt cache'] as const
export type Improvement = typeof improvements[number]

export interface OldQuestion {
  message: string
  /** Names the model, whose loads count for this asker alone. */
  model: string
  meiliUrl: string
  upstreamUrl: string
  has: readonly Improvement[]
  maxTokens?: number
}
