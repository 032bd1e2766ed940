// Stores feedback in each company's own file.
import type { FeedbackLimits, FeedbackStore } from '../../feedback/store.ts'
import { patientRun, startExpiry } from './company-data.ts'
import type { Store } from './thread.ts'

export interface SqliteFeedbackOptions extends FeedbackLimits {
  /** The owner closes it, after the feedback. */
  store: Store
  /** How often expired feedback is deleted; until then it is invisible. */
  expireEveryMs?: number
  /** Longest wait for the thread. */
  timeoutMs?: number
}

/** The most entries deleted in one task, which searches wait for. */
const expiredAtOnce = 100

export function createSqliteFeedback (options: SqliteFeedbackOptions): FeedbackStore {
  const { store, ttlMs, maxEntries = 100_000, onError, now = Date.now, expireEveryMs = 3_600_000, timeoutMs = 5000 } = options
  const run = patientRun({ store, timeoutMs, code: 'FEEDBACK_UNAVAILABLE' })

  const expiry = startExpiry({
    store,
    everyMs: expireEveryMs,
    atOnce: expiredAtOnce,
    expire: (company, limit) => store.run('expireFeedback', company, { after: now() - ttlMs, limit }),
    onError,
  })

  return {
    put: (company, feedback) => run('putFeedback', company, { feedback, at: now(), maxEntries }),
    list: (company, filter, { before, limit }) => run('listFeedback', company, { filter, before, limit, after: now() - ttlMs }),
    erase: (company, rater) => run('eraseFeedback', company, { rater }),
    async close () {
      expiry.stop()
    },
  }
}
