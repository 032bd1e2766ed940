// One loaded model: texts in, windows and unit vectors out. Blocks its thread, so it belongs in the worker.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { env, LogLevel, pipeline } from '@huggingface/transformers'
import type { DataType, Tensor } from '@huggingface/transformers'
import { traitsOf } from './models.ts'
import { unitVectors } from './pooling.ts'
import { splitWindows, WINDOW_TOKENS } from './windows.ts'
import type { Window } from './windows.ts'

/** What to load. */
export interface ModelOrder {
  repository: string
  dtype: string
  /** Absolute path of the folder that holds `<repository>/`. */
  modelsDir: string
  /** Threads that one run may use. */
  threads: number
}

export type TextKind = 'question' | 'passage'

export interface LoadedModel {
  dimensions: number
  split (texts: string[]): Window[][]
  /** The unit vectors of texts, one after the other. */
  embed (texts: string[], kind: TextKind): Promise<Float32Array>
}

/** Loads a model from local files and runs it once, so that its first question is not the slow one. */
export async function loadModel ({ repository, dtype, modelsDir, threads }: ModelOrder): Promise<LoadedModel> {
  // Everything is on disk by now: nothing here may reach for the network, or write beside the library.
  env.allowRemoteModels = false
  env.localModelPath = join(modelsDir, '/')
  env.useFSCache = false
  env.useWasmCache = false
  env.logLevel = LogLevel.ERROR
  const { tokenizer, model } = await pipeline('feature-extraction', repository, {
    dtype: dtype as DataType,
    device: 'cpu',
    session_options: {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Threads that spin while they wait for each other take the cores from the main thread, and then from
      // themselves: on two busy cores two spinning threads were slower than one.
      extra: { session: { intra_op: { allow_spinning: '0' } } }
    }
  })
  const json = (file: string) => optionalJson(join(modelsDir, repository, file))
  const traits = traitsOf(repository, {
    pooling: await json('1_Pooling/config.json'),
    sentenceTransformers: await json('config_sentence_transformers.json'),
    tokenizer: await json('tokenizer_config.json')
  })
  const room = traits.maxTokens - tokenizer.encode(traits.passagePrefix).length
  const longest = Math.max(1, Math.min(WINDOW_TOKENS, room))
  const count = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).length

  async function embed (texts: string[], kind: TextKind): Promise<Float32Array> {
    const prefix = kind === 'question' ? traits.queryPrefix : traits.passagePrefix
    // Some tokenizers make no token at all of an empty text, and a model cannot run on none.
    const inputs = tokenizer(texts.map((text) => prefix + (text.trim() || '.')), {
      padding: true, truncation: true, max_length: traits.maxTokens
    })
    const outputs: Record<string, Tensor> = await model(inputs)
    // Where the export does its own pooling (and the dense layers after it), it knows best.
    const output = (outputs.sentence_embedding ?? outputs.last_hidden_state ?? outputs.token_embeddings)?.to('float32')
    if (!output) throw new Error(`${repository} gives no embeddings, but ${Object.keys(outputs).join(', ')}`)
    return unitVectors(output.data as Float32Array, output.dims, inputs.attention_mask.data, traits.pooling)
  }

  const dimensions = (await embed(['warm up'], 'question')).length
  return { dimensions, embed, split: (texts) => texts.map((text) => splitWindows(text, count, longest)) }
}

/** A JSON file that a repository may lack. */
async function optionalJson (path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
