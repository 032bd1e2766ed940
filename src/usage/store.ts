// The port to counts of what companies use, by day and key.

export interface UsageCounts {
  questions: number
  /** Tokens of the language model, as its server counted them. */
  inputTokens: number
  outputTokens: number
  /** Searches without an answer. */
  searches: number
}

export interface UsageRow extends UsageCounts {
  /** UTC, `2026-01-31`. */
  day: string
  /** The key's id; empty for none. */
  key: string
}

export interface UsageStore {
  /** Adds to the counts. */
  add (company: string, rows: readonly UsageRow[]): Promise<void>
  /** Returns the counts of the days from the first to the last, of all instances together. */
  read (company: string, from: string, to: string): Promise<UsageRow[]>
  /** Deletes all counts of a company. Returns how many rows. */
  erase (company: string): Promise<number>
}

export const noUsage: Readonly<UsageCounts> = { questions: 0, inputTokens: 0, outputTokens: 0, searches: 0 }

/** Returns the sum of counts. */
export function sumOfUsage (rows: Iterable<UsageCounts>): UsageCounts {
  const sum = { ...noUsage }
  for (const row of rows) for (const name of Object.keys(sum) as (keyof UsageCounts)[]) sum[name] += row[name]
  return sum
}
