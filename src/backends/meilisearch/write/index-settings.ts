// Creates the Meilisearch index that documents are loaded into, and updates its settings.
import type { RecordAny, Settings, Task } from 'meilisearch'
import { modelMark, modelsOf, sharedEmbedder, sharedName, userProvided, type EmbedderSettings, type IndexEmbedder } from '../embedders.ts'
import { filterableChunkAttributes, isChunk, searchedChunkAttributes, sortableChunkAttributes } from '../stored-chunk.ts'
import type { FieldMapping } from '../../../types.ts'
import { filterableTraits } from '../traits.ts'
import type { MeilisearchAdmin } from '../admin.ts'
import { firstLine, hasStatus } from '../errors.ts'

export interface TargetIndex {
  uid: string
  primaryKey: string
  exists: boolean
  /** When it was created: an index that others delete and that is made anew has another time. Empty when there is none. */
  createdAt: string
  /** Embedders that expect vectors: a document without vectors must say so. */
  embedders: string[]
  /** Its settings were not as they should be, and have just been changed. */
  wasChanged?: boolean
}

/** The attribute for the hash of the sent document; its leading underscore keeps it out of guessed mappings. */
export const hashKey = '_causerie_hash'
const page = 1000

type FilterableAttributes = NonNullable<Settings['filterableAttributes']>[number]

/** Reads the index with this uid, if it exists. */
export async function readTargetIndex ({ ask }: MeilisearchAdmin, uid: string, signal: AbortSignal): Promise<TargetIndex> {
  try {
    const { primaryKey, createdAt } = await ask<{ primaryKey: string | null, createdAt: string }>('GET', `/indexes/${uid}`, null, signal)
    return { uid, primaryKey: primaryKey ?? 'id', exists: true, createdAt, embedders: [] }
  } catch (error) {
    if (!hasStatus(error, 404)) throw error
    return { uid, primaryKey: 'id', exists: false, createdAt: '', embedders: [] }
  }
}

/**
 * Creates the index if it is missing and changes the settings that differ: the searched attributes, in the mapping's
 * order, and the embedder. Leaves the stop words alone: the service's n-grams contain none.
 * @param embedder takes the vectors that will be sent; null = none are
 * @param holdsChunks true if the index will also hold chunks; once it does, it stays set up for them
 */
export async function prepareIndex (
  admin: MeilisearchAdmin,
  index: TargetIndex,
  mapping: FieldMapping,
  embedder: IndexEmbedder | null,
  signal: AbortSignal,
  holdsChunks = false
): Promise<TargetIndex> {
  const { uid, primaryKey } = index
  if (!index.exists) succeeded(await admin.runTask('POST', '/indexes', { uid, primaryKey }, signal), 'index_already_exists')
  const { createdAt } = index.exists ? index : await readTargetIndex(admin, uid, signal)
  const settings = await admin.ask<Settings>('GET', `/indexes/${uid}/settings`, null, signal)
  const embedders = (settings.embedders ?? {}) as EmbedderSettings
  const changes: Settings = {}
  const chunksToo = holdsChunks || isSetUpForChunks(settings)
  const { titles, texts } = chunksToo ? searchedChunkAttributes : { titles: [], texts: [] }
  const searchable = [
    ...new Set([
      ...(mapping.title === undefined ? [] : [mapping.title]),
      ...titles,
      ...mapping.text,
      ...Object.keys(mapping.fields ?? {}),
      ...texts,
    ]),
  ]
  if (JSON.stringify(settings.searchableAttributes) !== JSON.stringify(searchable)) changes.searchableAttributes = searchable
  const filterable = [...(chunksToo || embedder ? [filterableChunkAttributes] : []), filterableTraits]
  Object.assign(changes, lackingFilters(settings, filterable, chunksToo))
  if (embedder) {
    const { name, dimensions } = embedder
    const own = embedders[name]
    if (own && own.source !== 'userProvided') {
      throw new Error(
        `Index ${uid} has an embedder "${name}" of its own (source: ${own.source}), which is left alone: load without vectors.`
      )
    }
    if (own?.dimensions !== dimensions) changes.embedders = { [name]: { source: 'userProvided', dimensions } }
  }
  if (Object.keys(changes).length > 0) {
    const task = await admin.runTask('PATCH', `/indexes/${uid}/settings`, changes, signal)
    if (embedder && ['vector_embedding_error', 'invalid_vector_dimensions'].includes(task.error?.code ?? '')) {
      await dropVectors(admin, index, embedder, sharedEmbedder(embedders), signal)
      succeeded(await admin.runTask('PATCH', `/indexes/${uid}/settings`, changes, signal))
    } else {
      succeeded(task)
    }
  }
  // Includes "default" even if it does not exist, so that others can create it later.
  const expecting = userProvided({ [sharedName]: { source: 'userProvided' }, ...embedders })
  return {
    ...index,
    exists: true,
    createdAt,
    embedders: [...new Set([...expecting, ...(embedder ? [embedder.name] : [])])],
    wasChanged: Object.keys(changes).length > 0,
  }
}

/** Returns what an index lacks so that its documents can be filtered and, with chunks, sorted. */
function lackingFilters (settings: Settings, filterable: FilterableAttributes[], holdsChunks: boolean): Settings {
  const known = settings.filterableAttributes ?? []
  const wanted = filterable.filter(own => !known.some(one => JSON.stringify(one) === JSON.stringify(own)))
  const sortable = settings.sortableAttributes ?? []
  const isSorted = !holdsChunks || sortableChunkAttributes.every(name => sortable.includes(name))
  return {
    ...(wanted.length > 0 ? { filterableAttributes: [...known, ...wanted] } : {}),
    ...(isSorted ? {} : { sortableAttributes: [...new Set([...sortable, ...sortableChunkAttributes])] }),
  }
}

/**
 * Makes the chunks of an index readable again after others have changed its settings.
 * @returns false when the index holds none
 */
export async function restoreFilters (admin: MeilisearchAdmin, uid: string, signal: AbortSignal): Promise<boolean> {
  const settings = await admin.ask<Settings>('GET', `/indexes/${uid}/settings`, null, signal)
  const holdsChunks = isSetUpForChunks(settings) ||
    (await documentsFrom(admin, uid, { fields: ['_n'], limit: page }, signal)).results.some(isChunk)
  if (!holdsChunks) return false
  const changes = lackingFilters(settings, [filterableChunkAttributes, filterableTraits], true)
  if (Object.keys(changes).length > 0) succeeded(await admin.runTask('PATCH', `/indexes/${uid}/settings`, changes, signal))
  return true
}

function isSetUpForChunks ({ searchableAttributes }: Settings): boolean {
  return (searchableAttributes ?? []).includes('_text')
}

/**
 * Removes an embedder's vectors from all documents: those without any, or with some of another length, would prevent its
 * creation.
 */
async function dropVectors (
  admin: MeilisearchAdmin, { uid, primaryKey }: TargetIndex, { name, model }: IndexEmbedder, shared: string | undefined,
  signal: AbortSignal
): Promise<void> {
  for (let offset = 0; ; offset += page) {
    const { results } = await documentsFrom(admin, uid, { fields: [primaryKey, '_model'], limit: page, offset }, signal)
    if (results.length === 0) return
    const blank = results.map(document => ({
      [primaryKey]: document[primaryKey],
      ...(document._model !== undefined
        ? { _model: modelMark(modelsOf(document).filter(own => own !== model)) }
        // Loaded by an earlier version, which compares the hash.
        : name === shared ? { [hashKey]: null } : {}),
      _vectors: { [name]: null },
    }))
    succeeded(await admin.runTask('PUT', `/indexes/${uid}/documents?${new URLSearchParams({ primaryKey })}`, blank, signal))
  }
}

/**
 * Deletes the documents whose ids are not in `keep`; leaves the service's own chunks alone.
 * @returns the number of documents deleted
 */
export async function pruneIndex (
  admin: MeilisearchAdmin,
  { uid, primaryKey }: TargetIndex,
  keep: ReadonlySet<string>,
  dryRun: boolean,
  signal: AbortSignal
): Promise<number> {
  const gone: string[] = []
  for (let offset = 0; ; offset += page) {
    const { results } = await documentsFrom(admin, uid, { fields: [primaryKey, '_key'], limit: page, offset }, signal)
    if (results.length === 0) break
    gone.push(
      ...results
        .filter(({ _key }) => _key === undefined)
        .map(document => String(document[primaryKey]))
        .filter(id => !keep.has(id))
    )
  }
  if (!dryRun) {
    for (let from = 0; from < gone.length; from += page) {
      succeeded(await admin.runTask('POST', `/indexes/${uid}/documents/delete-batch`, gone.slice(from, from + page), signal))
    }
  }
  return gone.length
}

/** Reads documents by POST: with GET, many ids would make the URL too long. */
export function documentsFrom (
  { ask }: MeilisearchAdmin, uid: string, query: { ids?: string[], fields: string[], limit: number, offset?: number }, signal: AbortSignal,
): Promise<{ results: RecordAny[] }> {
  return ask('POST', `/indexes/${uid}/documents/fetch`, query, signal)
}

function succeeded ({ status, error }: Task, ...alsoGood: string[]): void {
  if (status === 'succeeded' || alsoGood.includes(error?.code ?? '')) return
  throw new Error(error ? `${error.code}: ${firstLine(error.message)}` : 'The task was cancelled.')
}
