// Lists, reads, pins, cites and counts documents.
import { documentOf } from '../../../search/passage-id.ts'
import type { CompanyFile } from '../file.ts'
import { visible } from '../hidden.ts'
import { hidden } from '../schema.ts'
import type {
  ChunkPage,
  DocumentDetail,
  DocumentInfo,
  DocumentChunk,
  IndexSummary,
  KnowledgeStats,
  ListOptions,
  StoredChunk,
} from '../../../documents/store.ts'
import { forEveryone } from '../../../search/selection.ts'
import { chunksPerTask } from '../document-row.ts'
import { changeChunks } from './chunks.ts'
import { compactedFrom } from './compaction.ts'
import { accessOf, audienceNumber, passagesFor } from './selection.ts'
import { readVector } from './vector-tables.ts'

const columns = 'id, title, url, chunks, tokens, pinned, updated_at, cited_at, compacted_at, audience'

export const tasks = {
  listDocuments (file: CompanyFile | null, { index, after, limit, prefix }: ListOptions & { index: string }): DocumentInfo[] {
    // Every id that begins with the prefix sorts between it and the prefix followed by the highest character.
    const rows =
      file
        ?.sql(`SELECT ${columns} FROM documents WHERE idx = ? AND id > ? AND id >= ? AND id < ? ORDER BY id LIMIT ?`)
        .all(index, after, prefix, `${prefix}\u{10ffff}`, limit) ?? []
    return rows.map(row => infoOf(file!, row))
  },

  getDocument (
    file: CompanyFile | null, { index, id, from = 0, maxChars = Infinity }: { index: string, id: string } & Partial<ChunkPage>
  ): DocumentDetail | null {
    const row = file?.sql(`SELECT rowid, ${columns} FROM documents WHERE idx = ? AND id = ?`).get(index, id)
    if (!row) return null
    const facts = file!.sql('SELECT fields FROM passages WHERE document = ? AND n = 0').get(row.rowid as number)
    // Sorted without their texts, which are read one by one: a document may be larger than a page, and than the memory.
    const sorted = file!.sql(
      `SELECT n, rowid AS passage, heading, page FROM passages WHERE document = ?1 AND n >= ?2
      UNION ALL SELECT n, passage, heading, page FROM places WHERE document = ?1 AND n >= ?2 ORDER BY 1`
    ).iterate(row.rowid as number, from) as Iterable<{ n: number, passage: number, heading: string, page: number | null }>
    const pieces: DocumentChunk[] = []
    let left = maxChars
    let next: number | null = null
    for (const { n, passage, heading, page } of sorted) {
      const stored = file!.sql('SELECT text, tokens FROM passages WHERE rowid = ?').get(passage)
      const { text, tokens } = stored as { text: string, tokens: number }
      left -= text.length
      if (left < 0 && pieces.length > 0) {
        next = n
        break
      }
      pieces.push({ n, text, heading, page, tokens })
    }
    return { ...infoOf(file!, row), fields: JSON.parse(facts?.fields as string ?? '[]'), pieces, next }
  },

  /** Waits until all commits are on disk: a synchronous transaction writes all earlier ones too. */
  settleDocuments (file: CompanyFile | null, _: null): void {
    if (!file) return
    file.db.exec('PRAGMA synchronous=FULL')
    try {
      file.transaction(() => file.setMeta('settled', String(Date.now())))
    } finally {
      file.db.exec('PRAGMA synchronous=NORMAL')
    }
  },

  pinDocument (file: CompanyFile | null, { index, id, pinned }: { index: string, id: string, pinned: boolean }): boolean {
    return (
      file !== null && file.sql('UPDATE documents SET pinned = ? WHERE idx = ? AND id = ?').run(pinned ? 1 : 0, index, id).changes === 1
    )
  },

  /**
   * Sets the access list of a document; null = everyone. A document that shares passages with others gets its own first, in
   * slices.
   * @returns `more`: it is not set yet
   */
  setAccess (
    file: CompanyFile | null, { index, id, access }: { index: string, id: string, access: string[] | null }
  ): { found: boolean, more: boolean, version: string } {
    const found = file?.sql('SELECT rowid FROM documents WHERE idx = ? AND id = ?').get(index, id) as { rowid: number } | undefined
    if (!found) return { found: false, more: false, version: '0' }
    const more = changeChunks(file!, true, chunks => {
      if (chunks.unshare(found.rowid, chunksPerTask) === chunksPerTask) return true
      file!
        .sql('UPDATE documents SET audience = ?, keeps_access = ? WHERE rowid = ?')
        .run(audienceNumber(file!, access ?? undefined), access ? 1 : 0, found.rowid)
      file!.changed()
      return false
    })
    return { found: true, more, version: file!.version() }
  },

  citeDocuments (file: CompanyFile | null, { passages, at }: { passages: string[], at: number }): void {
    file?.transaction(() => {
      const documents = new Map(passages.map(documentOf).map(({ index, id }) => [`${index} ${id}`, { index, id }]))
      for (const { index, id } of documents.values()) {
        file.sql('UPDATE documents SET cited_at = max(cited_at, ?), cited = cited + 1 WHERE idx = ? AND id = ?').run(at, index, id)
      }
    })
  },

  /** Returns the rowids of passages that everyone may see, taken evenly over all documents in their order. */
  evenPassages (file: CompanyFile | null, { limit }: { limit: number }): number[] {
    if (!file) return []
    const seen = passagesFor(file, forEveryone)?.where('rowid') ?? ''
    const rows = file
      .rows(`SELECT rowid FROM passages WHERE true ${seen} ${visible(file, 'rowid')} ORDER BY document, n`)
      .all() as unknown as [number][]
    const n = Math.min(rows.length, limit)
    return Array.from({ length: n }, (_, i) => rows[Math.floor((i + 0.5) * rows.length / n)]![0])
  },

  /** Reads passages with their first vectors, by the model that their index is searched by; leaves out those that have been removed. */
  readChunks (file: CompanyFile | null, { rowids }: { rowids: number[] }): StoredChunk[] {
    return rowids.flatMap(rowid => {
      const row = file
        ?.sql('SELECT p.text, d.cited FROM passages p JOIN documents d ON d.rowid = p.document WHERE p.rowid = ?')
        .get(rowid) as { text: string; cited: number } | undefined
      if (!row) return []
      const window = file!.sql(`SELECT w.rowid, w.model FROM windows w JOIN passages p ON p.rowid = w.passage
        JOIN index_models i ON i.idx = p.idx AND i.model = w.model WHERE w.passage = ? ORDER BY w.rowid LIMIT 1`).get(rowid) as
        { rowid: number; model: number } | undefined
      const vector = window && readVector(file!, window.model, window.rowid)
      return { ...row, ...(vector ? { vector } : {}) }
    })
  },

  /** Returns the index kinds that contain documents. */
  indexKinds (file: CompanyFile | null, _: null): string[] {
    return (file?.sql('SELECT DISTINCT idx FROM documents WHERE idx <> ?').all(hidden) ?? []).map(row => row.idx as string)
  },

  summarizeIndexes (file: CompanyFile | null, _: null): IndexSummary[] {
    const rows =
      file
        ?.sql(
          `SELECT idx AS kind, count(*) AS documents, sum(chunks) AS chunks, sum(tokens) AS tokens FROM documents
          WHERE idx <> '${hidden}' GROUP BY idx ORDER BY idx`
        )
        .all() ?? []
    return rows.map(row => ({ ...row }) as unknown as IndexSummary)
  },

  /** Returns the titles that end with a question mark, the most cited first. */
  listQuestions (file: CompanyFile | null, { limit }: { limit: number }): string[] {
    const rows = file
      ?.sql(
        `SELECT title FROM documents WHERE idx <> '${hidden}' AND audience = 0 AND substr(rtrim(title), -1) IN ('?', '？', '؟')
        AND length(title) < 1000 ORDER BY cited DESC, rowid LIMIT ?`
      )
      .all(limit) ?? []
    return rows.map(({ title }) => title as string)
  },

  knowledgeStats (file: CompanyFile | null, _: null): KnowledgeStats {
    if (!file) return { documents: 0, chunks: 0, tokens: 0, bytes: 0, embedded: 0 }
    const { documents } = file.sql('SELECT count(*) AS documents FROM documents WHERE idx <> ?').get(hidden) as { documents: number }
    const { chunks, tokens } = file
      .sql(`SELECT count(*) AS chunks, coalesce(sum(tokens), 0) AS tokens FROM passages WHERE true ${visible(file, 'rowid')}`)
      .get() as { chunks: number; tokens: number }
    const { pending } = file.sql(`SELECT count(*) AS pending FROM passages WHERE model = 0 ${visible(file, 'rowid')}`).get() as {
      pending: number
    }
    const { bytes } = file.sql('SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()').get() as {
      bytes: number
    }
    return { documents, chunks, tokens, bytes, embedded: chunks - pending }
  },
}

function infoOf (file: CompanyFile, row: Record<string, unknown>): DocumentInfo {
  const access = accessOf(file, row.audience as number)
  return {
    id: row.id as string,
    title: row.title as string,
    url: row.url as string,
    chunks: row.chunks as number,
    tokens: row.tokens as number,
    pinned: row.pinned === 1,
    updatedAt: row.updated_at as number,
    citedAt: row.cited_at as number,
    ...(row.compacted_at as number >= compactedFrom ? { compacted: true } : {}),
    ...(access ? { access } : {}),
  }
}
