// The embedding thread's entry: what the main thread may ask of it.

import { move } from 'piscina'
import { loadModel } from './inference.ts'
import type { LoadedModel, ModelOrder, TextKind } from './inference.ts'
import type { Window } from './windows.ts'

// The thread is the instance: its module state lives and dies with it.
const models = new Map<string, LoadedModel>()

/** Loads and warms a model; the other calls need it. */
export async function load (order: ModelOrder): Promise<{ dimensions: number }> {
  const model = await loadModel(order)
  models.set(order.repository, model)
  return { dimensions: model.dimensions }
}

/** The windows of each text. */
export function split ({ repository, texts }: { repository: string, texts: string[] }): Window[][] {
  return models.get(repository)!.split(texts)
}

/** The unit vectors of texts, one after the other; their memory is handed over, not copied. */
export async function embed ({ repository, texts, kind }: {
  repository: string, texts: string[], kind: TextKind
}): Promise<Float32Array> {
  const vectors = await models.get(repository)!.embed(texts, kind)
  return move(vectors) as Float32Array
}
