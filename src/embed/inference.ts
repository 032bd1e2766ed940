// Runs one loaded model: texts in, windows and unit vectors out. Blocks its thread, so only the worker imports it.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { traitsOf } from './models.ts'
import { unitVectors } from './pooling.ts'
import type { ModelLocation } from './run-model.ts'
import { openModel } from './session.ts'
import { createTextEncoder } from './text-encoder.ts'
import { maxWindowTokens, splitWindows } from './windows.ts'
import type { Window } from './windows.ts'

/**
 * Matches weights that are multiplied with activations in eight bits. These get one scale for everything that runs together:
 * a text's vector would depend on the texts beside it, and lose precision by them. One by one they are as fast.
 */
const sharesScale = /^(int8|uint8|q8|quantized)$/

export type TextKind = 'question' | 'passage'

export interface LoadedModel {
  dimensions: number
  split (texts: string[]): Window[][]
  /** Returns the unit vectors of texts, one after the other; zeros for a question in a script that the model does not read. */
  embed (texts: string[], kind: TextKind): Promise<Float32Array>
}

/** Loads a model from local files and runs it once, so that the first question is not slow. */
export async function loadModel ({ repository, dtype, modelsDir, threads }: ModelLocation): Promise<LoadedModel> {
  const encoder = await createTextEncoder(modelsDir, repository)
  const run = await openModel({ repository, dtype, modelsDir, threads })
  const json = (file: string) => readOptionalJson(join(modelsDir, repository, file))
  const traits = traitsOf(repository, {
    pooling: await json('1_Pooling/config.json'),
    sentenceTransformers: await json('config_sentence_transformers.json'),
    tokenizer: await json('tokenizer_config.json')
  })
  const fitting = traits.maxTokens - encoder.encode([traits.passagePrefix], traits.maxTokens).dims[1]
  const windowTokens = Math.max(1, Math.min(maxWindowTokens, fitting))

  let dimensions = 0

  async function embedTogether (texts: string[], kind: TextKind): Promise<Float32Array> {
    const prefix = kind === 'question' ? traits.queryPrefix : traits.passagePrefix
    // Some tokenizers return no token for an empty text, and a model cannot run without any.
    const inputs = encoder.encode(texts.map((text) => prefix + (text.trim() || '.')), traits.maxTokens)
    const { data, dims } = await run(inputs)
    return unitVectors(data, dims, inputs.mask, traits.pooling)
  }

  /** Embeds texts together, or one by one when their numbers would share a scale. */
  async function embed (texts: string[], kind: TextKind): Promise<Float32Array> {
    // All that the vocabulary lacks is one unknown piece: such questions are as near to everything as to their answers.
    if (kind === 'question' && texts.length === 1 && dimensions > 0 && !encoder.reads(texts[0]!)) return new Float32Array(dimensions)
    if (!sharesScale.test(dtype) || texts.length === 1) return embedTogether(texts, kind)
    const vectors: Float32Array[] = []
    for (const text of texts) vectors.push(await embedTogether([text], kind))
    const all = new Float32Array(vectors.reduce((sum, { length }) => sum + length, 0))
    vectors.forEach((vector, i) => all.set(vector, i * vector.length))
    return all
  }

  dimensions = (await embed(['warm up'], 'question')).length
  return { dimensions, embed, split: (texts) => texts.map((text) => splitWindows(text, encoder.count, windowTokens)) }
}

/** Reads a JSON file that a repository may lack. */
async function readOptionalJson (path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
