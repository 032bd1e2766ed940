// Reads and writes curated answers in the company's file.
import type { CuratedAnswer, StoredCurated } from '../../../curated/store.ts'
import type { CompanyFile } from '../file.ts'

type Row = [entry: string, hits: number, lastHitAt: number]
const columns = 'entry, hits, last_hit_at'

export const tasks = {
  putCurated (file: CompanyFile | null, curated: CuratedAnswer): void {
    file!.sql('INSERT INTO curated (id, entry) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET entry = excluded.entry')
      .run(curated.id, JSON.stringify(curated))
  },

  getCurated (file: CompanyFile | null, id: string): StoredCurated | null {
    const row = file?.rows(`SELECT ${columns} FROM curated WHERE id = ?`).get(id) as unknown as Row | undefined
    return row ? curatedOf(row) : null
  },

  listCurated (file: CompanyFile | null, { after, limit }: { after: string, limit: number }): StoredCurated[] {
    if (!file) return []
    const rows = file.rows(`SELECT ${columns} FROM curated WHERE id > ? ORDER BY id LIMIT ?`).all(after, limit)
    return (rows as unknown as Row[]).map(curatedOf)
  },

  removeCurated (file: CompanyFile | null, id: string): boolean {
    return file !== null && Number(file.sql('DELETE FROM curated WHERE id = ?').run(id).changes) > 0
  },

  addCuratedHits (file: CompanyFile | null, { hits, at }: { hits: [id: string, times: number][], at: number }): void {
    file?.transaction(() => {
      for (const [id, times] of hits) file.sql('UPDATE curated SET hits = hits + ?, last_hit_at = ? WHERE id = ?').run(times, at, id)
    })
  },
}

function curatedOf ([entry, hits, lastHitAt]: Row): StoredCurated {
  return { ...JSON.parse(entry) as CuratedAnswer, hits, lastHitAt }
}
