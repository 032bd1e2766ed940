// Lists the facts of an index and the chunks of a document, whole or not at all: figures are computed from them.
import { passageId } from '../../../search/passage-id.ts'
import type { DocumentText, FactDocument } from '../../../search/engine.ts'
import type { Selection } from '../../../search/selection.ts'
import type { CompanyFile } from '../file.ts'
import { documentCondition } from './selection.ts'

export const tasks = {
  /** Returns all documents of an index that have facts; null when there are more than `limit`. */
  listFacts (
    file: CompanyFile | null, { index, selection, limit }: { index: string, selection: Selection, limit: number }
  ): FactDocument[] | null {
    const { sql, values } = documentCondition(selection)
    const rows = file
      // Not prepared once: every filter has its own text.
      ?.db.prepare(
        `SELECT d.id, d.title, d.url, d.chunks, p.fields FROM documents d JOIN passages p ON p.document = d.rowid AND p.n = 0
        WHERE d.idx = ? AND p.fields <> '[]' AND ${sql} ORDER BY d.rowid LIMIT ?`
      )
      .all(index, ...values, limit + 1) ?? []
    return rows.length > limit ? null : rows.map(row => ({
      id: row.id as string,
      passage: passageId(index, row.id as string, row.chunks as number, 0),
      title: row.title as string,
      url: row.url as string,
      fields: JSON.parse(row.fields as string),
    }))
  },

  /** Returns all chunks of a document, in order; null when there are more than `limit`, or when one has been compacted. */
  listTexts (file: CompanyFile | null, { index, document, selection, limit }: {
    index: string, document: string, selection: Selection, limit: number
  }): DocumentText[] | null {
    const { sql, values } = documentCondition(selection)
    const found = file?.db
      .prepare(`SELECT rowid, chunks FROM documents d WHERE idx = ? AND id = ? AND ${sql}`).get(index, document, ...values) as
      { rowid: number, chunks: number } | undefined
    if (!found || found.chunks > limit) return null
    const rows = file!
      .sql(
        `SELECT n, text, heading, page, original IS NULL AS whole FROM passages WHERE document = ?1
        UNION ALL SELECT l.n, p.text, l.heading, l.page, p.original IS NULL FROM places l JOIN passages p ON p.rowid = l.passage
        WHERE l.document = ?1 ORDER BY 1`
      )
      .all(found.rowid)
    if (rows.some(({ whole }) => whole !== 1)) return null
    return rows.map(row => ({
      id: passageId(index, document, found.chunks, row.n as number),
      text: row.text as string,
      heading: row.heading as string,
      page: row.page as number | null,
    }))
  },
}
