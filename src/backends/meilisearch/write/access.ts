// Sets whom a stored document is for.
import { keyOf } from '../stored-chunk.ts'
import { accessMarks } from '../traits.ts'
import type { ChunkDocument, ChunkStore } from './chunk-store.ts'

const page = 1000

/** Sets the access list on every chunk of a document, in one task. @param access null = everyone */
export async function setChunkAccess (
  chunkStore: ChunkStore, { uid, primaryKey }: { uid: string, primaryKey: string }, id: string, access: string[] | null
): Promise<void> {
  const marks = accessMarks(access ?? undefined)
  const chunks: ChunkDocument[] = []
  for (let found = -1; found !== 0;) {
    const { results } = await chunkStore.fetch(uid, {
      filter: `_key = ${keyOf(id)} AND _n >= 0`, sort: ['_n:asc'], fields: [primaryKey, '_n'], limit: page, offset: chunks.length,
    })
    chunks.push(...results)
    found = results.length
  }
  await chunkStore.update(uid, primaryKey, chunks.map(({ _n, ...chunk }) => ({
    ...chunk, _access: marks, ...(_n === 0 ? { _access_names: access, _access_kept: access !== null } : {}),
  })))
}
