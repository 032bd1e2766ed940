// Samples a company's chunks that everyone may see evenly from Meilisearch, with their vectors, for a summary.
import { readTargetIndex } from './index-settings.ts'
import type { MeilisearchAdmin } from '../admin.ts'
import { uidOf } from '../index-owners.ts'
import type { CompanyProfile } from '../../../types.ts'
import type { StoredChunk } from '../../../documents/store.ts'
import type { ChunkDocument, ChunkStore } from './chunk-store.ts'
import type { CitationStore } from './citations.ts'
import { isForReader } from '../traits.ts'
import { forEveryone } from '../../../search/selection.ts'

const page = 1000
/** Chunks read at once: each includes its vectors. */
const read = 100

export async function sampleChunks ({ admin, chunkStore, citations, company, limit, signal }: {
  admin: MeilisearchAdmin
  chunkStore: ChunkStore
  citations: CitationStore
  company: CompanyProfile
  limit: number
  signal: AbortSignal
}): Promise<StoredChunk[]> {
  const all: { kind: string, id: string }[] = []
  for (const kind of Object.keys(company.indexes)) {
    const uid = uidOf(company, kind)
    const { primaryKey } = await readTargetIndex(admin, uid, signal)
    for (let offset = 0; ; offset += page) {
      const { results } = await chunkStore.fetch(uid, {
        filter: '_n >= 0',
        sort: ['_key:asc', '_n:asc'],
        fields: [primaryKey, '_access'],
        limit: page,
        offset,
      })
      for (const chunk of results) if (isForReader(chunk._access, forEveryone)) all.push({ kind, id: String(chunk[primaryKey]) })
      if (results.length < page) break
    }
  }
  const n = Math.min(limit, all.length)
  const chosen = Array.from({ length: n }, (_, i) => all[Math.floor((i + 0.5) * all.length / n)]!)
  const chunks: StoredChunk[] = []
  for (const [kind, own] of Map.groupBy(chosen, ({ kind }) => kind)) {
    for (let i = 0; i < own.length; i += read) {
      const ids = own.slice(i, i + read).map(({ id }) => id)
      const { results } = await chunkStore.fetch(uidOf(company, kind), {
        ids,
        fields: ['_doc', '_text'],
        retrieveVectors: true,
        limit: read,
      })
      const used = await citations.of(company.id, kind, [...new Set(results.map(({ _doc }) => _doc))])
      const embedder = mostUsedEmbedder(results)
      for (const { _doc, _text, _vectors } of results) {
        const [first] = embeddingsOf(_vectors, embedder)
        chunks.push({ text: _text, cited: used.get(_doc)?.times ?? 0, ...(first ? { vector: ofLengthOne(first) } : {}) })
      }
    }
  }
  return chunks
}

/** Returns the embedder that most chunks have vectors of: vectors of two models cannot be compared. */
function mostUsedEmbedder (chunks: readonly ChunkDocument[]): string {
  const names = chunks.flatMap(({ _vectors }) => Object.keys(_vectors ?? {}).filter(name => embeddingsOf(_vectors, name).length > 0))
  const [most] = [...Map.groupBy(names, name => name)].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
  return most?.[0] ?? ''
}

function embeddingsOf (vectors: Record<string, { embeddings?: number[][] }> | undefined, embedder: string): number[][] {
  return vectors?.[embedder]?.embeddings ?? []
}

function ofLengthOne (values: number[]): Float32Array {
  const length = Math.hypot(...values) || 1
  return Float32Array.from(values, value => value / length)
}
