// Loads a company's documents into Meilisearch: index, settings and vectors. Sends only new and changed documents.
import { factLines } from '../../../language/passage-lines.ts'
import { sleep } from '../../../async/signals.ts'
import type { Embedder } from '../../../embed/embedder.ts'
import { isMultilingual } from '../../../embed/models.ts'
import type { IndexedDocument } from '../../../documents/document.ts'
import { mappingOf } from '../../../documents/mapping.ts'
import { ownUidOf } from '../index-owners.ts'
import type { CompanyProfile } from '../../../types.ts'
import { traitAttributes } from '../traits.ts'
import { embedderName, modelMark, modelsOf, noVectors, readEmbedders, sharedEmbedder } from '../embedders.ts'
import type { EmbedderSettings, EmbedderState, IndexEmbedder } from '../embedders.ts'
import { createChunkStore } from './chunk-store.ts'
import { documentsFrom, hashKey, readTargetIndex, prepareIndex, pruneIndex } from './index-settings.ts'
import { dropOldVectors, oldEmbedders } from './old-vectors.ts'
import { batchesOf, createDocumentReader, roundVector, type SourceDocument, type Rejected, type SourceItem } from './source-items.ts'
import type { MeilisearchAdmin } from '../admin.ts'
import { createSender, type Line, type Sender } from './send.ts'

export type { Rejected, SourceItem }

/** The counts so far. */
export interface LoadProgress {
  sent: number
  unchanged: number
  rejected: number
  /** Deleted because they are no longer in the source. */
  pruned: number
}

export interface LoadResult extends LoadProgress {
  uid: string
  /** Vectors made: one or more for each document sent. */
  vectors: number
  /** The first rejections. */
  reasons: Rejected[]
  /** Pruning was requested but skipped, because items were rejected or the source was empty. */
  pruneSkipped: boolean
}

export interface LoadRequest {
  company: CompanyProfile
  kind: string
  documents: AsyncIterable<SourceItem> | Iterable<SourceItem>
  /** Delete the index's documents that the source does not have. */
  prune?: boolean
  /** Compare only; nothing is written. */
  dryRun?: boolean
  signal: AbortSignal
  onProgress?: (progress: Readonly<LoadProgress>) => void
}

export interface MeilisearchLoader {
  /**
   * Creates the index and its settings, and sends documents that are new or have changed. After an interruption, the
   * next run resumes. Throws on anything that stops the whole load (no answer, no right, no disk, no model), or the
   * signal's reason.
   */
  load (request: LoadRequest): Promise<LoadResult>
}

export interface MeilisearchLoaderOptions {
  admin: MeilisearchAdmin
  /** null = no vectors. */
  embedder: Pick<Embedder, 'defaultModel' | 'modelFor' | 'dimensions' | 'embedPassages' | 'ready'> | null
  /** The embedding models that there are, the default one first. */
  models?: readonly string[]
  /** The most documents per request. */
  batch?: number
  /** How long vectors of another model stay after the last document has its new ones. */
  graceMs?: number
}

/** The embedder that takes the vectors of a load, and those that the index has already. */
interface Target extends IndexEmbedder {
  states: EmbedderState[]
  /** The model of documents that do not say which model their vectors are of: an earlier version loaded them. */
  unmarked: string[]
}

/** A document to send, whole or, when only its vectors are missing, without its content. */
interface Change extends SourceDocument { models: string[], isWhole: boolean }

/** Documents embedded at once: the signal is checked between two batches. */
const embedBatch = 16
const maxReasons = 20
/** A running service notices a change of the embedders within 20 s. */
const staleMs = 25_000

export function createMeilisearchLoader ({
  admin, embedder, models = embedder ? [embedder.defaultModel] : [], batch = embedder ? 64 : 1000, graceMs = staleMs,
}: MeilisearchLoaderOptions): MeilisearchLoader {
  async function load ({ company, kind, documents, prune = false, dryRun = false, signal, onProgress }: LoadRequest): Promise<LoadResult> {
    const given = Object.hasOwn(company.indexes, kind) ? company.indexes[kind] : undefined
    if (!given) throw new Error(`The profile of ${company.id} has no index "${kind}".`)
    const uid = ownUidOf(company, kind)
    const chunkStore = createChunkStore(admin, signal)
    let index = await readTargetIndex(admin, uid, signal)
    const { primaryKey } = index
    const target = embedder ? await targetOf() : null
    const result: LoadResult = { uid, sent: 0, unchanged: 0, rejected: 0, pruned: 0, vectors: 0, reasons: [], pruneSkipped: false }
    const seen = new Set<string>()
    let read: ReturnType<typeof createDocumentReader> | undefined
    const senders = new Map<'POST' | 'PUT', Sender>()

    /** Throws when the model is unavailable. */
    async function targetOf (): Promise<Target> {
      await embedder!.ready()
      const model = embedder!.modelFor(company.language, given!.model)
      const dimensions = embedder!.dimensions(model)
      if (dimensions === 0 && !dryRun) throw noModel(model)
      const settings = await readSettings()
      const states = await readStates(settings)
      const own = states.find(state => state.model === model)
      const shared = states.find(({ name }) => name === sharedEmbedder(settings))
      return { name: own?.name ?? embedderName(model), model, dimensions, states, unmarked: shared ? [shared.model] : [] }
    }

    async function readSettings (): Promise<EmbedderSettings> {
      return index.exists ? admin.ask<EmbedderSettings>('GET', `/indexes/${uid}/settings/embedders`, null, signal) : {}
    }

    function readStates (settings: EmbedderSettings): Promise<EmbedderState[]> {
      return readEmbedders({ settings, models, named: given!.model, count: filter => chunkStore.count(uid, filter) })
    }

    function reject (rejected: Rejected): void {
      result.rejected++
      if (result.reasons.length < maxReasons) result.reasons.push(rejected)
    }

    /** Returns the items that the index does not contain in this version, or without vectors of the model. */
    async function missing (items: SourceDocument[]): Promise<Change[]> {
      if (!index.exists || items.length === 0) return items.map(item => ({ ...item, models: [], isWhole: true }))
      const query = { ids: items.map(({ id }) => id), fields: [primaryKey, hashKey, '_model'], limit: items.length }
      const { results } = await documentsFrom(admin, uid, query, signal)
      const known = new Map(results.map(document => [String(document[primaryKey]), document]))
      const changed = items.flatMap((item): Change[] => {
        const { [hashKey]: hash, _model } = known.get(item.id) ?? {}
        if (hash !== item.hash) return [{ ...item, models: [], isWhole: true }]
        const models = _model === undefined ? target?.unmarked ?? [] : modelsOf({ _model })
        return target === null || models.includes(target.model) ? [] : [{ ...item, models, isWhole: false }]
      })
      result.unchanged += items.length - changed.length
      return changed
    }

    async function linesOf (items: Change[]): Promise<Line[]> {
      const none = noVectors(index.embedders, models)
      const lines: Line[] = []
      for (let from = 0; from < items.length; from += embedBatch) {
        const some = items.slice(from, from + embedBatch)
        const vectors = target === null ? null : await embed(some, target)
        some.forEach(({ at, id, raw, content, hash, models, isWhole }, i) => {
          const own = vectors?.[i]
          result.vectors += own?.length ?? 0
          const made = own && target ? { [target.name]: { embeddings: own.map(roundVector), regenerate: false } } : {}
          const marked = target ? { _model: modelMark([...models, target.model]) } : {}
          const given = typeof raw._vectors === 'object' ? raw._vectors : {}
          const document = isWhole
            ? { ...raw, ...traitAttributes(content), [hashKey]: hash, ...marked, _vectors: { ...none, ...given, ...made } }
            : { [primaryKey]: raw[primaryKey], ...marked, _vectors: made }
          lines.push({ at, id, json: JSON.stringify(document) })
        })
      }
      return lines
    }

    async function embed (items: SourceDocument[], { model }: Target): Promise<Float32Array[][]> {
      const vectors = await embedder!.embedPassages(items.map(({ content }) => textOf(content)), { model, signal })
      if (!vectors) throw noModel(model)
      return vectors
    }

    async function take (items: SourceItem[]): Promise<void> {
      if (!read) {
        const mapping = mappingOf(given!, items.flatMap(item => 'document' in item ? [item.document] : []), primaryKey)
        if (!dryRun) index = await prepareIndex(admin, index, mapping, target, signal)
        // As in earlier versions, so that the documents which they loaded are not sent again.
        const model = embedder ? given!.model ?? embedder.defaultModel : null
        read = createDocumentReader({ primaryKey, mapping, model, seen, reject })
      }
      const changed = await missing(items.map(read).filter(item => item !== null))
      if (dryRun) result.sent += changed.length
      onProgress?.(result)
      if (dryRun || changed.length === 0) return
      await senderOf('POST').send(await linesOf(changed.filter(({ isWhole }) => isWhole)))
      // Documents that only get other vectors keep those that they have: the index is searched by them until all have the new ones.
      await senderOf('PUT').send(await linesOf(changed.filter(({ isWhole }) => !isWhole)))
    }

    function senderOf (method: 'POST' | 'PUT'): Sender {
      const sender = senders.get(method) ?? createSender({
        admin, index, method, signal,
        onEnd (lines, refusal) {
          if (refusal) for (const { at, id } of lines) reject({ at, id, ...refusal })
          else result.sent += lines.length
          onProgress?.(result)
        },
      })
      senders.set(method, sender)
      return sender
    }

    /** Removes the vectors of other models when no document needs them any more. */
    async function dropOthers ({ model }: Target): Promise<void> {
      const settings = await readSettings()
      const states = await readStates(settings)
      const keep = isMultilingual(model) ? [model] : [model, ...models.filter(isMultilingual)]
      const old = await oldEmbedders({ chunkStore, uid, settings, states, wanted: model, keep })
      if (old.length === 0) return
      await sleep(graceMs, signal)
      await dropOldVectors({ admin, chunkStore, uid, primaryKey, old, keep, signal })
    }

    try {
      for await (const items of batchesOf(documents, batch)) {
        signal.throwIfAborted()
        await take(items)
      }
    } finally {
      await Promise.all([...senders.values()].map(sender => sender.drain()))
    }
    // A rejected item must not cause its document to be deleted, and an empty source is more likely a mistake than intended.
    result.pruneSkipped = prune && (result.rejected > 0 || seen.size === 0)
    if (prune && !result.pruneSkipped && index.exists) result.pruned = await pruneIndex(admin, index, seen, dryRun, signal)
    onProgress?.(result)
    if (target && !dryRun && index.exists) await dropOthers(target)
    return result
  }

  return { load }
}

function noModel (model: string): Error {
  return new Error(`The embedding model ${model} is unavailable. Load without vectors, or try again later.`)
}

/** Returns the text to embed: the facts only when there is no text, as in the embedded engine. */
function textOf ({ title, text, fields }: IndexedDocument): { title: string, text: string } {
  return { title, text: text || factLines(fields) }
}
