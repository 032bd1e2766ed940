// Opens a model by transformers.js, which knows what each kind of model takes and gives.

import { join } from 'node:path'
import { AutoModel, env, LogLevel, Tensor } from '@huggingface/transformers'
import type { DataType } from '@huggingface/transformers'
import { sessionOptions, vectorOutputs, type ModelLocation, type RunModel } from './run-model.ts'

/** Opens a model from local files. */
export async function openByLibrary ({ repository, dtype, modelsDir, threads }: ModelLocation): Promise<RunModel> {
  // Everything is on disk by now: the library must not use the network, or write into its own folder.
  env.allowRemoteModels = false
  env.localModelPath = join(modelsDir, '/')
  env.useFSCache = false
  env.useWasmCache = false
  env.logLevel = LogLevel.ERROR
  const { executionProviders: _, ...options } = sessionOptions(threads)
  const model = await AutoModel.from_pretrained(repository, { dtype: dtype as DataType, device: 'cpu', session_options: options })
  return async ({ ids, mask, dims }) => {
    const outputs: Record<string, Tensor> = await model({
      input_ids: new Tensor('int64', ids, dims), attention_mask: new Tensor('int64', mask, dims)
    })
    const output = vectorOutputs.flatMap((name) => outputs[name] ?? [])[0]?.to('float32')
    if (!output) throw new Error(`${repository} is not an embedding model: its outputs are ${Object.keys(outputs).join(', ')}`)
    return { data: output.data as Float32Array, dims: output.dims }
  }
}
