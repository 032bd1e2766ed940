// Records when documents were cited, in a separate index, so that a citation does not make cached answers stale.
import { createHash } from 'node:crypto'
import type { MeilisearchAdmin } from '../admin.ts'
import { uidOf } from '../index-owners.ts'
import { primaryKeyOf } from '../stored-chunk.ts'
import { documentOf } from '../../../search/passage-id.ts'
import type { CompanyProfile } from '../../../types.ts'
import { ended, type Pieces } from './chunk-store.ts'

/** When a document was last cited, in ms since 1970, and how often. */
export interface Use { at: number, times: number }
interface StoredUse extends Use { id: string }

export interface Uses {
  /** Returns the citations by document id; documents that were never cited are missing. */
  of (company: string, kind: string, ids: string[]): Promise<Map<string, Use>>
  /** Records that passages were cited; ignores documents that do not exist. */
  add (company: CompanyProfile, passages: string[], at: number): Promise<void>
  forget (company: string, kind: string, ids: string[]): Promise<void>
}

export function createUses ({ admin, pieces, signal }: { admin: MeilisearchAdmin, pieces: Pieces, signal: AbortSignal }): Uses {
  async function read (company: string, ids: string[]): Promise<Map<string, StoredUse>> {
    const { results } = ids.length === 0 ? { results: [] } : await pieces.fetch(uidOfUses(company), { ids, limit: ids.length })
    return new Map((results as unknown as StoredUse[]).map(use => [use.id, use]))
  }

  return {
    async of (company, kind, ids) {
      const uses = await read(company, ids.map(id => useIdOf(kind, id)))
      return new Map(ids.flatMap(id => {
        const use = uses.get(useIdOf(kind, id))
        return use ? [[id, use] as const] : []
      }))
    },
    async add (company, passages, at) {
      const cited: string[] = []
      for (const [kind, own] of Map.groupBy(passages.map(documentOf), ({ index }) => index ?? '')) {
        if (!Object.hasOwn(company.indexes, kind)) continue
        const ids = [...new Set(own.map(({ id }) => primaryKeyOf(id, 0)))]
        const { results } = await pieces.fetch(uidOf(company, kind), { ids, filter: '_n = 0', fields: ['_doc'], limit: ids.length })
        cited.push(...results.map(({ _doc }) => useIdOf(kind, _doc)))
      }
      if (cited.length === 0) return
      const known = await read(company.id, cited)
      const uses = cited.map((id): StoredUse => ({ id, at: Math.max(known.get(id)?.at ?? 0, at), times: (known.get(id)?.times ?? 0) + 1 }))
      ended(await admin.runTask('POST', `/indexes/${uidOfUses(company.id)}/documents?primaryKey=id`, uses, signal))
    },
    async forget (company, kind, ids) {
      const known = [...(await read(company, ids.map(id => useIdOf(kind, id)))).keys()]
      if (known.length > 0) ended(await admin.runTask('POST', `/indexes/${uidOfUses(company)}/documents/delete-batch`, known, signal))
    },
  }
}

/** The name cannot collide: no index kind begins with an underscore. */
function uidOfUses (company: string): string {
  return `${company}___uses`
}

function useIdOf (kind: string, id: string): string {
  return createHash('sha256').update(`${kind}\n${id}`).digest('base64url')
}
