// Opens a model's weights: by the runtime alone where the model takes token ids and nothing else, else by the library.

import { join } from 'node:path'
import { Tensor } from 'onnxruntime-node'
import { weightsFile } from './model-files.ts'
import { sessionOptions, vectorOutputs, type ModelLocation, type ModelOutput, type RunModel } from './run-model.ts'
import type { ModelInputs } from './text-encoder.ts'
import { openSession } from './word-rows.ts'

const simpleInputs = new Set(['input_ids', 'attention_mask', 'token_type_ids'])

/** Opens a model. The library takes 60 MB, so it is loaded for the few models that need it: decoders, and weights of 16 bits. */
export async function openModel (location: ModelLocation): Promise<RunModel> {
  const simple = await openSimple(location).catch(() => null)
  if (simple) return simple
  const { openByLibrary } = await import('./library-model.ts')
  return openByLibrary(location)
}

/** Returns null when the model takes or gives anything else. */
async function openSimple ({ repository, dtype, modelsDir, threads }: ModelLocation): Promise<RunModel | null> {
  const { session, words, release } = await openSession(join(modelsDir, repository, weightsFile(dtype)), sessionOptions(threads))
  const output = vectorOutputs.find((name) => session.outputNames.includes(name))
  const run = async ({ ids, mask, dims }: ModelInputs): Promise<ModelOutput | null> => {
    const feeds: Record<string, Tensor> = {}
    for (const name of session.inputNames) {
      if (name === words?.input) {
        feeds[name] = words.read(ids, dims)
        continue
      }
      const data = name === 'input_ids' ? ids : name === 'attention_mask' ? mask : new BigInt64Array(ids.length)
      feeds[name] = new Tensor('int64', data, dims)
    }
    const outputs = await session.run(feeds, [output!])
    const { type, data, dims: shape } = outputs[output!]!
    return type === 'float32' ? { data: data as Float32Array, dims: shape } : null
  }
  const isKnown = (name: string) => simpleInputs.has(name) || name === words?.input
  const isSimple = async () => output !== undefined && session.inputNames.every(isKnown) &&
    await run({ ids: new BigInt64Array(1), mask: BigInt64Array.of(1n), dims: [1, 1] }) !== null
  // A trial run that throws says the same as one that gives something else: the library opens the model, not this session.
  if (await isSimple().catch(() => false)) return async (inputs) => (await run(inputs))!
  await release()
  return null
}
