// Counts what companies use, in memory, writes it once a second, and knows whose budget is spent.
import type { Budget } from '../types.ts'
import { noUsage, sumOfUsage, type UsageCounts, type UsageRow, type UsageStore } from './store.ts'

export interface Usage {
  /** Adds to today's counts. Costs an addition. */
  count (company: string, key: string | null, what: Partial<UsageCounts>): void
  /** Tells whether the company or the key has used up its budget of today. What other instances count is known a moment later. */
  isSpent (company: string, key: string | null, budget: Budget): boolean
  /** Returns the counts of days, with what waits to be written. */
  read (company: string, from: string, to: string): Promise<UsageRow[]>
  /** Deletes the counts of a company. Returns how many rows. */
  erase (company: string): Promise<number>
  /** Forgets what is counted here of a company that another instance has deleted: it is not to be written any more. */
  forget (company: string): void
  /** Writes what waits. Never rejects. */
  flush (): Promise<void>
  /** Writes what waits, and stops. */
  close (): Promise<void>
}

export interface UsageOptions {
  store: UsageStore
  flushMs?: number
  /** How soon counts of a company with a budget are written, where other instances wait for them. */
  budgetFlushMs?: number
  /** Called when counts cannot be written: they wait for the next time. */
  onError (error: unknown): void
  now? (): number
}

/** Companies whose counts of today are remembered, and keys of each. */
const maxCompanies = 10_000
const dayMs = 86_400_000

export function createUsage ({ store, flushMs = 1000, budgetFlushMs = flushMs, onError, now = Date.now }: UsageOptions): Usage {
  /** What waits to be written, by company, then by day and key. */
  let waiting = new Map<string, Map<string, UsageRow>>()
  /** Today's counts of all instances, by company: read when a budget is asked for, and after each write. */
  const known = new Map<string, { day: string, rows: UsageRow[] }>()
  const reading = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let isSoon = false
  let writing: Promise<void> = Promise.resolve()
  let isClosed = false
  let knownDay = { number: NaN, text: '' }

  function today (): string {
    const number = Math.floor(now() / dayMs)
    if (number !== knownDay.number) knownDay = { number, text: new Date(number * dayMs).toISOString().slice(0, 10) }
    return knownDay.text
  }

  function add (company: string, day: string, key: string, what: Partial<UsageCounts>): void {
    let rows = waiting.get(company)
    if (!rows) waiting.set(company, rows = new Map())
    const name = `${day} ${key}`
    let row = rows.get(name)
    if (!row) rows.set(name, row = { ...noUsage, day, key })
    for (const part in what) row[part as keyof UsageCounts] += what[part as keyof UsageCounts]!
  }

  async function readToday (company: string): Promise<void> {
    if (reading.has(company)) return
    reading.add(company)
    const day = today()
    try {
      const rows = await store.read(company, day, day)
      if (known.size >= maxCompanies) known.clear()
      known.set(company, { day, rows })
    } catch (error) {
      onError(error)
    } finally {
      reading.delete(company)
    }
  }

  async function write (): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const all = waiting
    waiting = new Map()
    for (const [company, rows] of all) {
      try {
        await store.add(company, [...rows.values()])
        const last = known.get(company)
        // What was written is counted here until it is read back.
        if (last) last.rows = [...last.rows, ...[...rows.values()].filter(({ day }) => day === last.day)]
        if (last) await readToday(company)
      } catch (error) {
        onError(error)
        for (const { day, key, ...counts } of rows.values()) add(company, day, key, counts)
      }
    }
    if (waiting.size > 0) schedule()
  }

  function flush (): Promise<void> {
    writing = writing.then(write)
    return writing
  }

  function schedule (hasBudget = false): void {
    if (isClosed || (timer && (isSoon || !hasBudget))) return
    clearTimeout(timer)
    isSoon = hasBudget
    timer = setTimeout(flush, hasBudget ? budgetFlushMs : flushMs).unref()
  }

  function forget (company: string): void {
    waiting.delete(company)
    known.delete(company)
  }

  return {
    count (company, key, what) {
      add(company, today(), key ?? '', what)
      schedule(known.has(company))
    },
    isSpent (company, key, budget) {
      const day = today()
      const read = known.get(company)
      if (read?.day !== day) readToday(company)
      const rows = [...read?.day === day ? read.rows : [], ...waiting.get(company)?.values() ?? []].filter(row => row.day === day)
      const own = key === null ? undefined : budget.keys?.[key]
      return isOver(budget, rows) || (own !== undefined && isOver(own, rows.filter(row => row.key === key)))
    },
    async read (company, from, to) {
      await flush()
      return await store.read(company, from, to)
    },
    async erase (company) {
      // So that the receipt counts what waits; what cannot be written is dropped.
      await flush()
      forget(company)
      return await store.erase(company)
    },
    forget,
    flush,
    async close () {
      isClosed = true
      await flush()
      clearTimeout(timer)
    },
  }
}

function isOver (budget: Omit<Budget, 'keys'>, rows: UsageRow[]): boolean {
  const { questions_per_day: questions = Infinity, tokens_per_day: tokens = Infinity } = budget
  const used = sumOfUsage(rows)
  return used.questions >= questions || used.inputTokens + used.outputTokens >= tokens
}
