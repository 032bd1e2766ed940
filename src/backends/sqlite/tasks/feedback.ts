// Reads and writes feedback in the company's file.
import type { SQLInputValue } from 'node:sqlite'
import type { Feedback, FeedbackFilter, StoredFeedback } from '../../../feedback/store.ts'
import type { CompanyFile } from '../file.ts'

type Row = [n: number, createdAt: number, updatedAt: number, entry: string]

/** One in this many new entries checks whether there are too many. */
const countedEvery = 100
const signs = { up: 'score > 0', down: 'score < 0', neutral: 'score = 0' }

export const tasks = {
  /** Writes all of them in one transaction. @param maxEntries beyond it, the oldest are deleted @returns how many were new */
  putFeedback (
    file: CompanyFile | null, { feedback, at, maxEntries }: { feedback: readonly Feedback[], at: number, maxEntries: number }
  ): number {
    return file!.transaction(() => {
      let count = 0
      for (const entry of feedback) {
        const { answerId, rater, score } = entry
        const text = JSON.stringify(entry)
        const [n] = (file!.rows('SELECT n FROM feedback WHERE answer = ? AND rater = ?').get(answerId, rater) ?? []) as unknown as [number?]
        if (n !== undefined) {
          file!.sql('UPDATE feedback SET score = ?, updated_at = ?, entry = ? WHERE n = ?').run(score, at, text, n)
          continue
        }
        const { lastInsertRowid: added } = file!
          .sql('INSERT INTO feedback (answer, rater, score, created_at, updated_at, entry) VALUES (?, ?, ?, ?, ?, ?)')
          .run(answerId, rater, score, at, at, text)
        count++
        if (Number(added) % countedEvery === 0) removeOldest(file!, maxEntries)
      }
      return count
    })
  },

  listFeedback (
    file: CompanyFile | null,
    { filter, before, limit, after }: { filter: FeedbackFilter, before: number | undefined, limit: number, after: number }
  ): StoredFeedback[] {
    if (!file) return []
    const conditions = ['updated_at > ?']
    const values: SQLInputValue[] = [after]
    const where = (condition: string, value: SQLInputValue | undefined) => {
      if (value === undefined) return
      conditions.push(condition)
      values.push(value)
    }
    if (filter.rating) conditions.push(signs[filter.rating])
    where('n < ?', before)
    where('answer = ?', filter.answerId)
    where('rater = ?', filter.rater)
    where('updated_at >= ?', filter.since)
    where('updated_at < ?', filter.until)
    where("EXISTS (SELECT 1 FROM json_each(entry, '$.reasons') WHERE value = ?)", filter.reason)
    const rows = file
      .rows(`SELECT n, created_at, updated_at, entry FROM feedback WHERE ${conditions.join(' AND ')} ORDER BY n DESC LIMIT ?`)
      .all(...values, limit) as unknown as Row[]
    return rows.map(([n, createdAt, updatedAt, entry]) => ({ ...JSON.parse(entry) as Feedback, n, createdAt, updatedAt }))
  },

  eraseFeedback (file: CompanyFile | null, { rater }: { rater: string | null }): number {
    return Number(file?.sql('DELETE FROM feedback WHERE ? IS NULL OR rater = ?').run(rater, rater).changes ?? 0)
  },

  /** Deletes feedback that has not changed since `after`, `limit` at most. @returns the number deleted */
  expireFeedback (file: CompanyFile | null, { after, limit }: { after: number, limit: number }): number {
    if (!file) return 0
    const { changes } = file
      .sql('DELETE FROM feedback WHERE n IN (SELECT n FROM feedback WHERE updated_at <= ? ORDER BY updated_at LIMIT ?)').run(after, limit)
    return Number(changes)
  },
}

function removeOldest (file: CompanyFile, maxEntries: number): void {
  file.sql('DELETE FROM feedback WHERE n <= (SELECT n FROM feedback ORDER BY n DESC LIMIT 1 OFFSET ?)').run(maxEntries)
}
