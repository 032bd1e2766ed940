// Loads a company's documents into Meilisearch: index, settings and vectors. Sends only new and changed documents.
import { factLines } from '../../../language/passage-lines.ts'
import type { Embedder } from '../../../embed/embedder.ts'
import type { IndexedDocument } from '../../../documents/document.ts'
import { mappingOf } from '../../../documents/mapping.ts'
import { ownUidOf } from '../index-owners.ts'
import type { CompanyProfile } from '../../../types.ts'
import { documentsFrom, hashKey, readTargetIndex, prepareIndex, pruneIndex } from './index-settings.ts'
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
  embedder: Pick<Embedder, 'defaultModel' | 'dimensions' | 'embedPassages' | 'ready'> | null
  /** The most documents per request. */
  batch?: number
}

/** Documents embedded at once: the signal is checked between two batches. */
const embedBatch = 16
const maxReasons = 20

export function createMeilisearchLoader ({ admin, embedder, batch = embedder ? 64 : 1000 }: MeilisearchLoaderOptions): MeilisearchLoader {
  async function load ({ company, kind, documents, prune = false, dryRun = false, signal, onProgress }: LoadRequest): Promise<LoadResult> {
    const given = Object.hasOwn(company.indexes, kind) ? company.indexes[kind] : undefined
    if (!given) throw new Error(`The profile of ${company.id} has no index "${kind}".`)
    const uid = ownUidOf(company, kind)
    const model = embedder ? given.model ?? embedder.defaultModel : null
    const dimensions = model === null || dryRun ? null : await dimensionsOf(model)
    let index = await readTargetIndex(admin, uid, signal)
    const { primaryKey } = index
    const result: LoadResult = { uid, sent: 0, unchanged: 0, rejected: 0, pruned: 0, vectors: 0, reasons: [], pruneSkipped: false }
    const seen = new Set<string>()
    let read: ReturnType<typeof createDocumentReader> | undefined
    let sender: Sender | undefined

    function reject (rejected: Rejected): void {
      result.rejected++
      if (result.reasons.length < maxReasons) result.reasons.push(rejected)
    }

    /** Returns the items that the index does not contain in this version. */
    async function missing (items: SourceDocument[]): Promise<SourceDocument[]> {
      if (!index.exists || items.length === 0) return items
      const query = { ids: items.map(({ id }) => id), fields: [primaryKey, hashKey], limit: items.length }
      const { results } = await documentsFrom(admin, uid, query, signal)
      const known = new Map(results.map(document => [String(document[primaryKey]), document[hashKey]]))
      const changed = items.filter(({ id, hash }) => known.get(id) !== hash)
      result.unchanged += items.length - changed.length
      return changed
    }

    async function linesOf (items: SourceDocument[]): Promise<Line[]> {
      const none = Object.fromEntries(index.embedders.map(name => [name, null]))
      const lines: Line[] = []
      for (let from = 0; from < items.length; from += embedBatch) {
        const some = items.slice(from, from + embedBatch)
        const vectors = model === null ? null : await embed(some, model)
        some.forEach(({ at, id, raw, hash }, i) => {
          const own = vectors?.[i]
          result.vectors += own?.length ?? 0
          const _vectors = {
            ...none,
            ...(typeof raw._vectors === 'object' ? raw._vectors : {}),
            ...(own ? { default: { embeddings: own.map(roundVector), regenerate: false } } : {}),
          }
          lines.push({ at, id, json: JSON.stringify({ ...raw, [hashKey]: hash, _vectors }) })
        })
      }
      return lines
    }

    async function embed (items: SourceDocument[], model: string): Promise<Float32Array[][]> {
      const vectors = await embedder!.embedPassages(items.map(({ content }) => textOf(content)), { model, signal })
      if (!vectors) throw noModel(model)
      return vectors
    }

    async function take (items: SourceItem[]): Promise<void> {
      if (!read) {
        const mapping = mappingOf(given!, items.flatMap(item => 'document' in item ? [item.document] : []), primaryKey)
        if (!dryRun) index = await prepareIndex(admin, index, mapping, dimensions, signal)
        read = createDocumentReader({ primaryKey, mapping, model, seen, reject })
      }
      const changed = await missing(items.map(read).filter(item => item !== null))
      if (dryRun) result.sent += changed.length
      onProgress?.(result)
      if (dryRun || changed.length === 0) return
      sender ??= createSender({
        admin, index, signal,
        onEnd (lines, refusal) {
          if (refusal) for (const { at, id } of lines) reject({ at, id, ...refusal })
          else result.sent += lines.length
          onProgress?.(result)
        },
      })
      await sender.send(await linesOf(changed))
    }

    try {
      for await (const items of batchesOf(documents, batch)) {
        signal.throwIfAborted()
        await take(items)
      }
    } finally {
      await (sender as Sender | undefined)?.drain()
    }
    // A rejected item must not cause its document to be deleted, and an empty source is more likely a mistake than intended.
    result.pruneSkipped = prune && (result.rejected > 0 || seen.size === 0)
    if (prune && !result.pruneSkipped && index.exists) result.pruned = await pruneIndex(admin, index, seen, dryRun, signal)
    onProgress?.(result)
    return result
  }

  async function dimensionsOf (model: string): Promise<number> {
    await embedder!.ready()
    const dimensions = embedder!.dimensions(model)
    if (dimensions === 0) throw noModel(model)
    return dimensions
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
