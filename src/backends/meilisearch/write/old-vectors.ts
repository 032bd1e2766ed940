// Removes the vectors that an index is no longer searched by, and then their embedders.
import type { RecordAny } from 'meilisearch'
import type { MeilisearchAdmin } from '../admin.ts'
import { isOwnName, modelMark, modelsOf, sharedEmbedder, userProvided, type EmbedderSettings, type EmbedderState } from '../embedders.ts'
import { assertSucceeded, type ChunkStore } from './chunk-store.ts'

const page = 1000

/**
 * Returns the embedders of an index whose vectors are not needed: those of other models than the ones to keep, once every
 * document has vectors of the wanted one. The shared embedder stays while it may hold the only vectors of documents that an
 * earlier version loaded.
 */
export async function oldEmbedders ({ chunkStore, uid, settings, states, wanted, keep }: {
  chunkStore: ChunkStore
  uid: string
  settings: EmbedderSettings
  states: readonly EmbedderState[]
  wanted: string
  keep: readonly string[]
}): Promise<string[]> {
  if (await chunkStore.count(uid, `_model EXISTS AND _model != none AND _model != ${JSON.stringify(wanted)}`) > 0) return []
  const kept = new Set(states.filter(({ model }) => keep.includes(model)).map(({ name }) => name))
  const shared = sharedEmbedder(settings)
  const old = userProvided(settings).filter(name => !kept.has(name) && (isOwnName(name) || name === shared))
  const isNeeded = shared !== undefined && old.includes(shared) && await chunkStore.count(uid, '_model NOT EXISTS') > 0
  return isNeeded ? old.filter(name => name !== shared) : old
}

/**
 * Removes the vectors of embedders, and the embedders. The vectors come first: those of a removed embedder would be written
 * into the documents. After an interruption the next run goes on.
 */
export async function dropOldVectors ({ admin, chunkStore, uid, primaryKey, old, keep, signal }: {
  admin: MeilisearchAdmin
  chunkStore: ChunkStore
  uid: string
  primaryKey: string
  /** The embedders to remove. */
  old: readonly string[]
  /** The models whose vectors stay. */
  keep: readonly string[]
  signal: AbortSignal
}): Promise<void> {
  if (old.length === 0) return
  const _vectors = Object.fromEntries(old.map(name => [name, null]))
  for (let offset = 0; ; offset += page) {
    const { results } = await chunkStore.fetch(uid, { fields: [primaryKey, '_model'], limit: page, offset })
    if (results.length === 0) break
    await chunkStore.update(uid, primaryKey, results.flatMap((document): RecordAny[] => {
      const models = modelsOf(document)
      const staying = models.filter(model => keep.includes(model))
      return staying.length === models.length ? [] : [{ [primaryKey]: document[primaryKey], _model: modelMark(staying), _vectors }]
    }))
  }
  assertSucceeded(await admin.runTask('PATCH', `/indexes/${uid}/settings`, { embedders: _vectors }, signal))
}
