// Where a model is, how it is run, and what it gives: the same for every way to open it.

import type { InferenceSession } from 'onnxruntime-node'
import type { ModelInputs } from './text-encoder.ts'

/** The location of a model's files, and how to run it. */
export interface ModelLocation {
  repository: string
  /** As transformers.js names it. */
  dtype: string
  /** Absolute path of the folder above `<repository>/`. */
  modelsDir: string
  /** CPU threads of one run. */
  threads: number
}

/** What a model says about a batch: token vectors of shape `[texts, tokens, dimensions]`, or text vectors of `[texts, dimensions]`. */
export interface ModelOutput { data: Float32Array, dims: readonly number[] }

/** Runs a model on a batch. Throws when it is no embedding model. */
export type RunModel = (inputs: ModelInputs) => Promise<ModelOutput>

/** The outputs that hold vectors, the best first: an export's own pooling, and the dense layers after it. */
export const vectorOutputs = ['sentence_embedding', 'last_hidden_state', 'token_embeddings']

/** Options of the runtime. */
export function sessionOptions (threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Plans of memory, one for each length of a text, keep several times as much as the texts need: no run is faster by them.
    enableMemPattern: false,
    // Errors alone.
    logSeverityLevel: 3,
    // Threads that spin while they wait take the cores from the main thread, and from each other: on two busy
    // cores two spinning threads were slower than one.
    extra: { session: { intra_op: { allow_spinning: '0' } } }
  }
}
