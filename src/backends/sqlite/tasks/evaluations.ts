// Reads and writes runs of evaluations in the company's file.
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Report } from '../../../evaluation/report.ts'
import { summaryOf, type ListedRun, type RunSummary, type StoredRun } from '../../../evaluation/store.ts'
import type { CompanyFile } from '../file.ts'

export const tasks = {
  addEvaluation (file: CompanyFile | null, { run: { id, report }, maxRuns }: { run: StoredRun, maxRuns: number }): void {
    file!.transaction(() => {
      file!.sql('INSERT INTO evaluations (id, name, summary, report) VALUES (?, ?, ?, ?)')
        .run(id, report.set, JSON.stringify(summaryOf(report)), zstdCompressSync(JSON.stringify(report)))
      file!.sql('DELETE FROM evaluations WHERE n <= (SELECT n FROM evaluations ORDER BY n DESC LIMIT 1 OFFSET ?)').run(maxRuns)
    })
  },

  getEvaluation (file: CompanyFile | null, id: string): StoredRun | null {
    const row = file?.sql('SELECT report FROM evaluations WHERE id = ?').get(id) as { report: Uint8Array } | undefined
    return row ? { id, report: JSON.parse(zstdDecompressSync(row.report).toString()) as Report } : null
  },

  listEvaluations (
    file: CompanyFile | null, { set, before, limit }: { set?: string | undefined, before?: number | undefined, limit: number }
  ): ListedRun[] {
    if (!file) return []
    const rows = file.rows('SELECT n, id, summary FROM evaluations WHERE (?1 IS NULL OR name = ?1) AND (?2 IS NULL OR n < ?2) ' +
      'ORDER BY n DESC LIMIT ?3').all(set ?? null, before ?? null, limit) as unknown as [n: number, id: string, summary: string][]
    return rows.map(([n, id, summary]) => ({ n, id, summary: JSON.parse(summary) as RunSummary }))
  },

  removeEvaluation (file: CompanyFile | null, id: string): boolean {
    return file !== null && Number(file.sql('DELETE FROM evaluations WHERE id = ?').run(id).changes) > 0
  },
}
