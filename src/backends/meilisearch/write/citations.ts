// Records when documents were cited, in a separate index, so that a citation does not make cached answers stale.
import { createHash } from 'node:crypto'
import type { MeilisearchAdmin } from '../admin.ts'
import { uidOf } from '../index-owners.ts'
import { primaryKeyOf } from '../stored-chunk.ts'
import { documentOf } from '../../../search/passage-id.ts'
import type { CompanyProfile } from '../../../types.ts'
import { assertSucceeded, type ChunkStore } from './chunk-store.ts'

/** When a document was last cited, in ms since 1970, and how often. */
export interface Citations { at: number, times: number }
interface StoredCitations extends Citations { id: string }

export interface CitationStore {
  /** Returns the citations by document id; documents that were never cited are missing. */
  of (company: string, kind: string, ids: string[]): Promise<Map<string, Citations>>
  /** Records that passages were cited; ignores documents that do not exist. */
  add (company: CompanyProfile, passages: string[], at: number): Promise<void>
  forget (company: string, kind: string, ids: string[]): Promise<void>
}

export function createCitationStore ({ admin, chunkStore, signal }: {
  admin: MeilisearchAdmin
  chunkStore: ChunkStore
  signal: AbortSignal
}): CitationStore {
  async function read (company: string, ids: string[]): Promise<Map<string, StoredCitations>> {
    const { results } = ids.length === 0 ? { results: [] } : await chunkStore.fetch(uidOfCitations(company), { ids, limit: ids.length })
    return new Map((results as unknown as StoredCitations[]).map(citation => [citation.id, citation]))
  }

  return {
    async of (company, kind, ids) {
      const citations = await read(company, ids.map(id => citationIdOf(kind, id)))
      return new Map(ids.flatMap(id => {
        const citation = citations.get(citationIdOf(kind, id))
        return citation ? [[id, citation] as const] : []
      }))
    },
    async add (company, passages, at) {
      const cited: string[] = []
      for (const [kind, own] of Map.groupBy(passages.map(documentOf), ({ index }) => index ?? '')) {
        if (!Object.hasOwn(company.indexes, kind)) continue
        const ids = [...new Set(own.map(({ id }) => primaryKeyOf(id, 0)))]
        const { results } = await chunkStore.fetch(uidOf(company, kind), { ids, filter: '_n = 0', fields: ['_doc'], limit: ids.length })
        cited.push(...results.map(({ _doc }) => citationIdOf(kind, _doc)))
      }
      if (cited.length === 0) return
      const known = await read(company.id, cited)
      const citations = cited.map((id): StoredCitations => {
        const before = known.get(id)
        return { id, at: Math.max(before?.at ?? 0, at), times: (before?.times ?? 0) + 1 }
      })
      assertSucceeded(await admin.runTask('POST', `/indexes/${uidOfCitations(company.id)}/documents?primaryKey=id`, citations, signal))
    },
    async forget (company, kind, ids) {
      const known = [...(await read(company, ids.map(id => citationIdOf(kind, id)))).keys()]
      if (known.length === 0) return
      assertSucceeded(await admin.runTask('POST', `/indexes/${uidOfCitations(company)}/documents/delete-batch`, known, signal))
    },
  }
}

/** Returns a uid that cannot collide: no index kind begins with an underscore. */
function uidOfCitations (company: string): string {
  return `${company}___uses`
}

function citationIdOf (kind: string, id: string): string {
  return createHash('sha256').update(`${kind}\n${id}`).digest('base64url')
}
