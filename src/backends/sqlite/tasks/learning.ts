// Reads and writes the versions of a company's own weights in its file.
import type { LearnedVersion, StoredVersion } from '../../../learning/store.ts'
import type { CompanyFile } from '../file.ts'

type Row = [entry: string, isUsed: number, replaced: string | null]

export const tasks = {
  /** @param most the versions that are kept beside the one in use. Returns false for a company without a file. */
  addLearned (file: CompanyFile | null, { version, use, most }: { version: LearnedVersion, use: boolean, most: number }): boolean {
    file?.transaction(() => {
      const { id } = version
      file.sql('INSERT INTO learned (id, entry) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET entry = excluded.entry')
        .run(id, JSON.stringify(version))
      if (use) {
        file.sql('UPDATE learned SET replaced = (SELECT id FROM learned WHERE is_used = 1) WHERE id = ?').run(id)
        file.sql('UPDATE learned SET is_used = id = ?').run(id)
      }
      file.sql('DELETE FROM learned WHERE is_used = 0 AND n <= (SELECT n FROM learned ORDER BY n DESC LIMIT 1 OFFSET ?)').run(most)
    })
    return file !== null
  },

  listLearned (file: CompanyFile | null, _: null): StoredVersion[] {
    const rows = file?.rows('SELECT entry, is_used, replaced FROM learned ORDER BY n DESC').all() ?? []
    return (rows as unknown as Row[])
      .map(([entry, isUsed, replaced]) => ({ ...JSON.parse(entry) as LearnedVersion, isUsed: isUsed === 1, replaced }))
  },

  usedLearned (file: CompanyFile | null, _: null): LearnedVersion | null {
    const row = file?.sql('SELECT entry FROM learned WHERE is_used = 1').get()
    return row ? JSON.parse(row.entry as string) : null
  },

  /** Returns false when there is no such version that is proven. */
  useLearned (file: CompanyFile | null, id: string | null): boolean {
    if (!file) return id === null
    return file.transaction(() => {
      if (id !== null && !file.sql("SELECT 1 FROM learned WHERE id = ? AND json_extract(entry, '$.isProven')").get(id)) return false
      file.sql('UPDATE learned SET is_used = id IS ?').run(id)
      return true
    })
  },
}
