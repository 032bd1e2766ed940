// Decides which running answer gives way when no more may run: companies share the places fairly.
import type { AnswerLog } from './log.ts'

/** The part of a running answer that matters here, in the order in which they began. */
export interface RunningAnswer {
  log: Pick<AnswerLog, 'company' | 'length'>
  readers: { readonly size: number }
  /** Present when it runs elsewhere. */
  origin?: object
}

/** `start` and `sources`: an answer with no more events has shown no text. */
const eventsBeforeText = 2

/**
 * Returns the answer that ends so that the company may start one; null when the company must wait. An answer that nobody
 * reads gives way first, the oldest of the company that runs most; then, for a company with less than its share, the newest
 * one of the company that runs most, and among those rather one that has shown no text.
 */
export function chooseDisplaced<Answer extends RunningAnswer> (running: readonly Answer[], company: string, places: number): Answer | null {
  const counts = new Map([[company, 0]])
  for (const { log } of running) counts.set(log.company, (counts.get(log.company) ?? 0) + 1)
  const own = counts.get(company)!
  const ours = running.filter(({ origin }) => !origin)
  const heaviest = (answers: readonly Answer[]) =>
    answers.reduce((most, { log }) => Math.max(most, counts.get(log.company)!), 0)

  const unread = ours.filter(({ readers, log }) => readers.size === 0 && counts.get(log.company)! >= own)
  if (unread.length > 0) return unread.find(({ log }) => counts.get(log.company) === heaviest(unread)) ?? null

  const most = heaviest(ours)
  if (own + 1 > places / counts.size || most <= own + 1) return null
  const theirs = ours.filter(({ log }) => counts.get(log.company) === most)
  return theirs.findLast(({ log }) => log.length <= eventsBeforeText) ?? theirs.at(-1)!
}
