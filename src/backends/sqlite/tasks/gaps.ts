// Reads and writes questions without a good answer, and the gaps that they belong to.
import type { SQLInputValue } from 'node:sqlite'
import {
  exemplarsOfGap, gapCauses, listedExamples, maxExemplars, trendDays,
  type ComparedQuestion, type Exemplar, type GapCause, type GapChange, type GapExample, type GapFilter, type GapSummary, type Sorting,
} from '../../../gaps/store.ts'
import type { CompanyFile } from '../file.ts'

type GapRow = [
  id: string, status: GapSummary['status'], assignee: string, publication: string | null, dismissReason: string, createdAt: number,
  changedAt: number, questions: number, people: number, firstAt: number, lastAt: number,
]
interface Limits { maxQuestions: number, maxOfOne: number }

const dayMs = 86_400_000
const counted = `
  SELECT g.id, g.status, g.assignee, g.publication, g.dismiss_reason, g.created_at, g.changed_at,
    count(m.n), count(DISTINCT m.asker) AS people, coalesce(min(m.asked_at), 0), coalesce(max(m.asked_at), 0)
  FROM gaps g LEFT JOIN missed m ON m.gap = g.id AND m.asked_at > ?
  WHERE g.merged_into IS NULL`

export const tasks = {
  /** Returns the key with which people of this company are hashed: the one that it has, or else the given one, which is then kept. */
  keyOfPeople (file: CompanyFile | null, fresh: string): string {
    return file!.transaction(() => {
      const known = file!.meta('people_key')
      if (known === undefined) file!.setMeta('people_key', fresh)
      return known ?? fresh
    })
  },

  /** @returns how many were new */
  addMissed (file: CompanyFile | null, { questions, limits }: { questions: readonly ComparedQuestion[], limits: Limits }): number {
    return file!.transaction(() => {
      let added = 0
      for (const { answerId, asker, cause, question, language, at, model, vector } of questions) {
        const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
        const { changes } = file!
          .sql('INSERT INTO missed (answer, asker, cause, question, language, asked_at, model, vector) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ' +
            'ON CONFLICT DO NOTHING')
          .run(answerId, asker, cause, question, language, at, model, bytes)
        added += Number(changes)
      }
      for (const asker of new Set(questions.map(({ asker }) => asker))) {
        file!.sql('DELETE FROM missed WHERE asker = ? AND n <= (SELECT n FROM missed WHERE asker = ? ORDER BY n DESC LIMIT 1 OFFSET ?)')
          .run(asker, asker, limits.maxOfOne)
      }
      file!.sql('DELETE FROM missed WHERE n <= (SELECT n FROM missed ORDER BY n DESC LIMIT 1 OFFSET ?)').run(limits.maxQuestions)
      return added
    })
  },

  gapExemplars (file: CompanyFile | null, _: null): { questions: Exemplar[], fixed: string[] } {
    if (!file) return { questions: [], fixed: [] }
    // The same words once. Those that are not sorted come first, then the newest.
    const rows = file.rows(`
      SELECT n, gap, model, vector FROM (
        SELECT max(n) AS n, gap, model, vector, row_number() OVER (PARTITION BY gap ORDER BY max(n) DESC) AS place
        FROM missed GROUP BY gap, model, question
      ) WHERE gap = '' OR place <= ? ORDER BY gap = '' DESC, n DESC LIMIT ?`
    ).all(exemplarsOfGap, maxExemplars) as unknown as [n: number, gap: string, model: string, vector: Uint8Array][]
    const fixed = file.rows('SELECT id FROM gaps WHERE is_fixed = 1 AND merged_into IS NULL').all() as unknown as [string][]
    return {
      questions: rows.map(([n, gap, model, vector]) => ({ n, gap, model, vector: new Int8Array(vector) })),
      fixed: fixed.map(([id]) => id),
    }
  },

  sortMissed (file: CompanyFile | null, { moved, merged, at }: Sorting & { at: number }): void {
    file?.transaction(() => {
      for (const [n, gap] of moved) {
        file.sql('INSERT INTO gaps (id, created_at, changed_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(gap, at, at)
        // The same words move together.
        file.sql(`UPDATE missed SET gap = ?
          WHERE (gap, model, question) = (SELECT gap, model, question FROM missed WHERE n = ?)`).run(gap, n)
        // What was said to be answered is asked in vain again.
        file.sql(`UPDATE gaps SET status = 'open', changed_at = ? WHERE id = ? AND status = 'published'
          AND json_extract(publication, '$.at') < (SELECT asked_at FROM missed WHERE n = ?)`).run(at, gap, n)
      }
      for (const [from, into] of merged) mergeGaps(file, from, into, at)
      removeEmpty(file)
    })
  },

  /** @returns false when one of them does not exist */
  mergeGap (file: CompanyFile | null, { from, into, at }: { from: string, into: string, at: number }): boolean {
    return file?.transaction(() => {
      const exist = [from, into].every(id => file.rows('SELECT 1 FROM gaps WHERE id = ? AND merged_into IS NULL').get(id))
      if (!exist) return false
      mergeGaps(file, from, into, at)
      file.sql('UPDATE gaps SET is_fixed = 1, changed_at = ? WHERE id = ?').run(at, into)
      return true
    }) ?? false
  },

  listGaps (
    file: CompanyFile | null,
    { filter, offset, limit, after, now }: { filter: GapFilter, offset: number, limit: number, after: number, now: number }
  ): GapSummary[] {
    if (!file) return []
    const conditions: string[] = []
    const values: SQLInputValue[] = [after]
    const where = (condition: string, value: string | undefined) => {
      if (value === undefined) return
      conditions.push(` AND ${condition}`)
      values.push(value)
    }
    where('g.status = ?', filter.status)
    where('g.assignee = ?', filter.assignee)
    const rows = file.rows(`${counted}${conditions.join('')} GROUP BY g.id HAVING count(m.n) > 0 OR g.publication IS NOT NULL
      ORDER BY people DESC, count(m.n) DESC, max(m.asked_at) DESC, g.id LIMIT ? OFFSET ?`).all(...values, limit, offset)
    return (rows as unknown as GapRow[]).map(row => summaryOf(file, row, { after, now, examples: listedExamples }))
  },

  getGap (
    file: CompanyFile | null, { id, examples, after, now }: { id: string, examples: number, after: number, now: number }
  ): GapSummary | null {
    if (!file) return null
    const row = file.rows(`${counted} AND g.id = ? GROUP BY g.id`).get(after, resolved(file, id)) as unknown as GapRow | undefined
    return row ? summaryOf(file, row, { after, now, examples }) : null
  },

  answersOfGap (file: CompanyFile | null, { id, limit }: { id: string, limit: number }): string[] {
    if (!file) return []
    const rows = file.rows('SELECT answer FROM missed WHERE gap = ? ORDER BY n DESC LIMIT ?').all(resolved(file, id), limit)
    return (rows as unknown as [string][]).map(([answer]) => answer)
  },

  changeGap (file: CompanyFile | null, { id, change, at }: { id: string, change: GapChange, at: number }): boolean {
    const { status = null, assignee = null, publication, dismissReason = null } = change
    if (!file) return false
    const { changes } = file.sql(`UPDATE gaps SET status = coalesce(?, status), assignee = coalesce(?, assignee), is_fixed = 1,
      publication = CASE ? WHEN 1 THEN ? ELSE publication END, changed_at = ?,
      dismiss_reason = CASE coalesce(?, status) WHEN 'dismissed' THEN coalesce(?, dismiss_reason) ELSE '' END
      WHERE id = ? AND merged_into IS NULL`)
      .run(
        status, assignee, publication === undefined ? 0 : 1, publication ? JSON.stringify(publication) : null, at, status, dismissReason,
        resolved(file, id),
      )
    return Number(changes) > 0
  },

  withdrawMissed (file: CompanyFile | null, { answerId, asker }: { answerId: string, asker: string }): void {
    file?.transaction(() => {
      file.sql('DELETE FROM missed WHERE answer = ? AND asker = ? AND cause = \'disliked\'').run(answerId, asker)
      removeEmpty(file)
    })
  },

  missedOf (file: CompanyFile | null, asker: string): { question: string, cause: GapCause, askedAt: number }[] {
    const rows = (file?.rows('SELECT question, cause, asked_at FROM missed WHERE asker = ? ORDER BY n DESC').all(asker) ??
      []) as unknown as [string, GapCause, number][]
    return rows.map(([question, cause, askedAt]) => ({ question, cause, askedAt }))
  },

  forgetAsker (file: CompanyFile | null, asker: string): number {
    return file?.transaction(() => {
      const { changes } = file.sql('DELETE FROM missed WHERE asker = ?').run(asker)
      removeEmpty(file)
      return Number(changes)
    }) ?? 0
  },

  /** Deletes questions that were asked before `after`, `limit` at most. @returns the number deleted */
  expireMissed (file: CompanyFile | null, { after, limit }: { after: number, limit: number }): number {
    return file?.transaction(() => {
      const { changes } = file
        .sql('DELETE FROM missed WHERE n IN (SELECT n FROM missed WHERE asked_at <= ? ORDER BY asked_at LIMIT ?)').run(after, limit)
      if (Number(changes) > 0) removeEmpty(file)
      return Number(changes)
    }) ?? 0
  },
}

/** Returns the id of the gap that this one became a part of, or its own. */
function resolved (file: CompanyFile, id: string): string {
  const [into] = (file.rows('SELECT merged_into FROM gaps WHERE id = ?').get(id) ?? []) as unknown as [string | null]
  return into ?? id
}

function mergeGaps (file: CompanyFile, from: string, into: string, at: number): void {
  file.sql('UPDATE missed SET gap = ? WHERE gap = ?').run(into, from)
  // A way leads to its end at once.
  file.sql('UPDATE gaps SET merged_into = ?, changed_at = ? WHERE id = ? OR merged_into = ?').run(into, at, from, from)
}

/** Removes the gaps without a question, but not those that were closed by an entry. */
function removeEmpty (file: CompanyFile): void {
  file.sql(`DELETE FROM gaps WHERE publication IS NULL AND merged_into IS NULL
    AND NOT EXISTS (SELECT 1 FROM missed WHERE missed.gap = gaps.id)`).run()
  file.sql('DELETE FROM gaps WHERE merged_into IS NOT NULL AND merged_into NOT IN (SELECT id FROM gaps WHERE merged_into IS NULL)').run()
}

function summaryOf (
  file: CompanyFile, row: GapRow, { after, now, examples }: { after: number, now: number, examples: number },
): GapSummary {
  const [id, status, assignee, publication, dismissReason, createdAt, changedAt, questions, people, firstAt, lastAt] = row
  const causes = Object.fromEntries(gapCauses.map(cause => [cause, 0])) as Record<GapCause, number>
  const byCause = file.rows('SELECT cause, count(*) FROM missed WHERE gap = ? AND asked_at > ? GROUP BY cause').all(id, after)
  for (const [cause, times] of byCause as unknown as [GapCause, number][]) causes[cause] = times
  const today = Math.floor(now / dayMs)
  const days = new Array<number>(trendDays).fill(0)
  const byDay = file.rows('SELECT asked_at / ?, count(*) FROM missed WHERE gap = ? AND asked_at > ? GROUP BY 1')
    .all(dayMs, id, Math.max(after, (today - trendDays + 1) * dayMs - 1))
  for (const [day, times] of byDay as unknown as [number, number][]) {
    const at = Math.floor(day) - today + trendDays - 1
    if (at >= 0 && at < trendDays) days[at]! += times
  }
  const asked = file.rows(`SELECT question, language, cause, count(*) AS times, max(asked_at) FROM missed WHERE gap = ? AND asked_at > ?
    GROUP BY question ORDER BY times DESC, max(n) DESC LIMIT ?`).all(id, after, examples)
  return {
    id, status, assignee, publication: publication === null ? null : JSON.parse(publication), dismissReason, createdAt, changedAt,
    people, questions, causes, firstAt, lastAt, days,
    examples: (asked as unknown as [string, string, GapCause, number, number][])
      .map(([question, language, cause, times, lastAt]): GapExample => ({ question, language, cause, times, lastAt })),
  }
}
