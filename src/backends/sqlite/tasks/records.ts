// Reads and writes counts of usage and the record of changes: one file for all companies, which outlives them.
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { AuditEntry, AuditFilter, StoredAuditEntry } from '../../../audit/store.ts'
import type { UsageRow } from '../../../usage/store.ts'
import type { ServiceFileFormat } from '../service-file.ts'

const migrations = [
  `CREATE TABLE IF NOT EXISTS usage (
    company TEXT NOT NULL, day TEXT NOT NULL, key TEXT NOT NULL,
    questions INTEGER NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, searches INTEGER NOT NULL,
    PRIMARY KEY (company, day, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS audit (
    n INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, company TEXT, action TEXT NOT NULL, target TEXT NOT NULL, key TEXT, by TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS audit_company ON audit (company, n);`,
]

export const format: ServiceFileFormat = { migrations, synchronous: 'NORMAL' }

type UsageTuple = [day: string, key: string, questions: number, input: number, output: number, searches: number]
type AuditTuple = [n: number, at: number, company: string | null, action: string, target: string, key: string | null, by: string | null]

/** Those that create the file. */
export const creatingTasks: ReadonlySet<string> = new Set(['addUsage', 'addAudit'])

export const tasks = {
  addUsage (db: DatabaseSync | null, { company, rows }: { company: string, rows: readonly UsageRow[] }): void {
    db!.exec('BEGIN IMMEDIATE')
    try {
      const add = db!.prepare(`INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        questions = questions + excluded.questions, input_tokens = input_tokens + excluded.input_tokens,
        output_tokens = output_tokens + excluded.output_tokens, searches = searches + excluded.searches`)
      for (const { day, key, questions, inputTokens, outputTokens, searches } of rows) {
        add.run(company, day, key, questions, inputTokens, outputTokens, searches)
      }
      db!.exec('COMMIT')
    } catch (error) {
      if (db!.isTransaction) db!.exec('ROLLBACK')
      throw error
    }
  },

  readUsage (db: DatabaseSync | null, { company, from, to }: { company: string, from: string, to: string }): UsageRow[] {
    const statement = db?.prepare(`SELECT day, key, questions, input_tokens, output_tokens, searches FROM usage
      WHERE company = ? AND day BETWEEN ? AND ? ORDER BY day, key`)
    statement?.setReturnArrays(true)
    return ((statement?.all(company, from, to) ?? []) as unknown as UsageTuple[])
      .map(([day, key, questions, inputTokens, outputTokens, searches]) => ({ day, key, questions, inputTokens, outputTokens, searches }))
  },

  eraseUsage: (db: DatabaseSync | null, company: string): number =>
    Number(db?.prepare('DELETE FROM usage WHERE company = ?').run(company).changes ?? 0),

  expireUsage: (db: DatabaseSync | null, before: string): number =>
    Number(db?.prepare('DELETE FROM usage WHERE day < ?').run(before).changes ?? 0),

  addAudit (db: DatabaseSync | null, { at, company, action, target, key, by }: AuditEntry & { at: number }): void {
    const insert = db!.prepare('INSERT INTO audit (at, company, action, target, key, by) VALUES (?, ?, ?, ?, ?, ?)')
    insert.run(at, company, action, target, key, by)
  },

  listAudit (
    db: DatabaseSync | null, { filter, before, limit }: { filter: AuditFilter, before: number | undefined, limit: number }
  ): StoredAuditEntry[] {
    const conditions: string[] = ['TRUE']
    const values: SQLInputValue[] = []
    for (const [condition, value] of [
      ['company = ?', filter.company], ['at >= ?', filter.since], ['at < ?', filter.until], ['n < ?', before],
    ] as const) {
      if (value === undefined) continue
      conditions.push(condition)
      values.push(value)
    }
    if (filter.actions) {
      conditions.push(`(${filter.actions.map(() => 'instr(action || \'.\', ? || \'.\') = 1').join(' OR ')})`)
      values.push(...filter.actions)
    }
    const statement = db?.prepare(`SELECT n, at, company, action, target, key, by FROM audit WHERE ${conditions.join(' AND ')}
      ORDER BY n DESC LIMIT ?`)
    statement?.setReturnArrays(true)
    return ((statement?.all(...values, limit) ?? []) as unknown as AuditTuple[])
      .map(([n, at, company, action, target, key, by]) => ({ n, at, company, action, target, key, by }))
  },

  expireAudit: (db: DatabaseSync | null, before: number): number =>
    Number(db?.prepare('DELETE FROM audit WHERE at < ?').run(before).changes ?? 0),
}
