// Stores feedback in a table of a Supabase project, which all instances share.
import type { Feedback, FeedbackLimits, FeedbackStore, StoredFeedback } from '../../feedback/store.ts'
import { dataOf, failure, type Supabase } from './client.ts'

export interface SupabaseFeedbackOptions extends FeedbackLimits {
  /** The owner closes it, after the feedback. */
  supabase: Supabase
  /** How often expired feedback is deleted; until then it is invisible. */
  expireEveryMs?: number
}

interface Row { n: number, created_at: string, updated_at: string, entry: Feedback }

const once = 'company_id,answer_id,rater'
/** One in this many new entries checks whether there are too many. */
const countedEvery = 100
const unavailable = 'FEEDBACK_UNAVAILABLE'

/** Creates the store. Every method throws FEEDBACK_UNAVAILABLE. */
export function createSupabaseFeedback (options: SupabaseFeedbackOptions): FeedbackStore {
  const { supabase, ttlMs, maxEntries = 100_000, onError, now = Date.now, expireEveryMs = 3_600_000 } = options
  const table = () => supabase.from('feedback')
  const iso = (ms: number) => new Date(Math.max(0, ms)).toISOString()
  let sinceCount = 0

  async function removeOldest (company: string): Promise<void> {
    const beyond = await table().select('n').eq('company_id', company).order('n', { ascending: false }).range(maxEntries, maxEntries)
    const [oldest] = dataOf<{ n: number }[]>(beyond, unavailable)!
    if (oldest) await remove(table().delete().eq('company_id', company).lte('n', oldest.n))
  }

  /** Runs a deletion that returns the rows which it removed. */
  async function remove (deletion: { select (columns: string): PromiseLike<Parameters<typeof dataOf>[0]> }): Promise<number> {
    return (dataOf(await deletion.select('n'), unavailable) as unknown[]).length
  }

  const expiry = setInterval(() => {
    remove(table().delete().lte('updated_at', iso(now() - ttlMs))).catch(onError)
  }, expireEveryMs).unref()

  return {
    async put (company, feedback) {
      const at = iso(now())
      // A request that names a row twice would be refused as a whole: the last one counts.
      const rows = [...new Map(feedback.map(entry => [`${entry.answerId} ${entry.rater}`, entry])).values()].map(entry => ({
        company_id: company, answer_id: entry.answerId, rater: entry.rater, score: entry.score, entry, updated_at: at,
      }))
      if (rows.length === 0) return 0
      const keyOf = ({ answer_id: answer, rater }: { answer_id: string, rater: string }) => `${answer} ${rater}`
      const { status, data, error } = await table()
        .upsert(rows.map(row => ({ ...row, created_at: at })), { onConflict: once, ignoreDuplicates: true })
        .select('answer_id,rater')
      if (error) throw failure(status, error, unavailable)
      const added = new Set((data ?? []).map(keyOf))
      const changed = rows.filter(row => !added.has(keyOf(row)))
      if (changed.length > 0) {
        const { status, error } = await table().upsert(changed, { onConflict: once })
        if (error) throw failure(status, error, unavailable)
      }
      sinceCount += added.size
      if (sinceCount >= Math.min(countedEvery, maxEntries)) {
        sinceCount = 0
        await removeOldest(company)
      }
      return added.size
    },
    async list (company, { rating, reason, answerId, rater, since, until }, { before, limit }) {
      let select = table().select('n,created_at,updated_at,entry').eq('company_id', company).gt('updated_at', iso(now() - ttlMs))
      if (rating === 'up') select = select.gt('score', 0)
      if (rating === 'down') select = select.lt('score', 0)
      if (rating === 'neutral') select = select.eq('score', 0)
      if (reason !== undefined) select = select.contains('entry', JSON.stringify({ reasons: [reason] }))
      if (answerId !== undefined) select = select.eq('answer_id', answerId)
      if (rater !== undefined) select = select.eq('rater', rater)
      if (since !== undefined) select = select.gte('updated_at', iso(since))
      if (until !== undefined) select = select.lt('updated_at', iso(until))
      if (before !== undefined) select = select.lt('n', before)
      const rows = dataOf<Row[]>(await select.order('n', { ascending: false }).limit(limit), unavailable)!
      return rows.map(({ n, created_at: createdAt, updated_at: updatedAt, entry }): StoredFeedback =>
        ({ ...entry, n, createdAt: Date.parse(createdAt), updatedAt: Date.parse(updatedAt) }))
    },
    erase (company, rater) {
      const all = table().delete().eq('company_id', company)
      return remove(rater === null ? all : all.eq('rater', rater))
    },
    async close () {
      clearInterval(expiry)
    },
  }
}
