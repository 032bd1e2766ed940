// The embedding thread's entry: the functions that the main thread calls there.

import { move } from 'piscina'
import { loadModel } from './inference.ts'
import type { LoadedModel, TextKind } from './inference.ts'
import type { ModelLocation } from './run-model.ts'
import type { Window } from './windows.ts'

// Module state is safe here: each thread has its own and takes it along when it ends.
const models = new Map<string, LoadedModel>()

/** Loads and warms up a model, before the other calls use it. */
export async function load (location: ModelLocation): Promise<{ dimensions: number }> {
  const model = await loadModel(location)
  models.set(location.repository, model)
  return { dimensions: model.dimensions }
}

/** Splits each text into windows. */
export function split ({ repository, texts }: { repository: string, texts: string[] }): Window[][] {
  return models.get(repository)!.split(texts)
}

/** Returns the unit vectors of texts, one after the other; their memory is moved to the caller, not copied. */
export async function embed ({ repository, texts, kind }: {
  repository: string, texts: string[], kind: TextKind
}): Promise<Float32Array> {
  const vectors = await models.get(repository)!.embed(texts, kind)
  return move(vectors) as Float32Array
}
