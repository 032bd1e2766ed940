// The store thread's part of the documents: listing, reading, removing, and what is counted of them.
import { placeholders, type CompanyFile } from '../store/file.ts'
import { removeDocument } from '../search/sqlite-write.ts'
import type { DocumentDetail, DocumentInfo, DocumentPiece, IndexSummary, KnowledgeStats, ListOptions } from './documents.ts'

const columns = 'id, title, url, chunks, tokens, pinned, updated_at, cited_at'

export const tasks = {
  listDocuments (file: CompanyFile | null, { index, after, limit, prefix }: ListOptions & { index: string }): DocumentInfo[] {
    // Every id that begins with the prefix lies between it and the prefix with the highest character behind it.
    const rows = file?.sql(`SELECT ${columns} FROM documents WHERE idx = ? AND id > ? AND id >= ? AND id < ? ORDER BY id LIMIT ?`).all(index, after, prefix, `${prefix}\u{10ffff}`, limit) ?? []
    return rows.map(infoOf)
  },

  getDocument (file: CompanyFile | null, { index, id }: { index: string, id: string }): DocumentDetail | null {
    const row = file?.sql(`SELECT rowid, ${columns} FROM documents WHERE idx = ? AND id = ?`).get(index, id)
    if (!row) return null
    const pieces = file!.sql('SELECT n, text, heading, page, tokens, fields FROM passages WHERE document = ? ORDER BY n').all(row.rowid as number)
    return {
      ...infoOf(row),
      fields: JSON.parse(pieces[0]?.fields as string ?? '[]'),
      pieces: pieces.map(({ fields, ...piece }) => ({ ...piece }) as unknown as DocumentPiece),
    }
  },

  removeDocuments (file: CompanyFile | null, { index, ids }: { index: string, ids: string[] }): { removed: number, version: string } {
    if (!file) return { removed: 0, version: '0' }
    const rows = file.db.prepare(`SELECT rowid FROM documents WHERE idx = ? AND id IN ${placeholders(ids)}`).all(index, ...ids)
    file.transaction(() => {
      for (const { rowid } of rows) removeDocument(file, rowid as number)
      if (rows.length > 0) file.changed()
    })
    return { removed: rows.length, version: file.version() }
  },

  pinDocument (file: CompanyFile | null, { index, id, pinned }: { index: string, id: string, pinned: boolean }): boolean {
    return file !== null && file.sql('UPDATE documents SET pinned = ? WHERE idx = ? AND id = ?').run(pinned ? 1 : 0, index, id).changes === 1
  },

  citeDocuments (file: CompanyFile | null, { passages, at }: { passages: string[], at: number }): void {
    file?.transaction(() => {
      for (const passage of new Set(passages)) {
        const slash = passage.indexOf('/')
        file.sql('UPDATE documents SET cited_at = ? WHERE rowid = (SELECT document FROM passages WHERE idx = ? AND doc = ?)').run(at, passage.slice(0, slash), passage.slice(slash + 1))
      }
    })
  },

  summarizeIndexes (file: CompanyFile | null, _: null): IndexSummary[] {
    const rows = file?.sql('SELECT idx AS kind, count(*) AS documents, sum(chunks) AS chunks, sum(tokens) AS tokens FROM documents GROUP BY idx ORDER BY idx').all() ?? []
    return rows.map(row => ({ ...row }) as unknown as IndexSummary)
  },

  knowledgeStats (file: CompanyFile | null, _: null): KnowledgeStats {
    if (!file) return { documents: 0, chunks: 0, tokens: 0, bytes: 0, embedded: 0 }
    const { documents, tokens } = file.sql('SELECT count(*) AS documents, coalesce(sum(tokens), 0) AS tokens FROM documents').get() as { documents: number, tokens: number }
    const { chunks, embedded } = file.sql('SELECT count(*) AS chunks, count(nullif(model, 0)) AS embedded FROM passages').get() as { chunks: number, embedded: number }
    const { bytes } = file.sql('SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()').get() as { bytes: number }
    return { documents, chunks, tokens, bytes, embedded }
  },
}

function infoOf (row: Record<string, unknown>): DocumentInfo {
  return {
    id: row.id as string,
    title: row.title as string,
    url: row.url as string,
    chunks: row.chunks as number,
    tokens: row.tokens as number,
    pinned: row.pinned === 1,
    updatedAt: row.updated_at as number,
    citedAt: row.cited_at as number,
  }
}
