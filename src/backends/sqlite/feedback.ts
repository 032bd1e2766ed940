// Stores feedback in each company's own file.
import { CodedError, coded, type ErrorCode } from '../../errors.ts'
import type { FeedbackLimits, FeedbackStore } from '../../feedback/store.ts'
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

/** Rewords the thread's errors, which are worded for a company's documents. */
const reasons: Partial<Record<ErrorCode, string>> = {
  STORE_CORRUPT: 'The company\'s database is damaged.',
  STORE_FULL: 'The disk is full.',
  STORE_UNREADABLE: 'The company\'s database cannot be read or written.',
  SEARCH_UNAVAILABLE: 'The company\'s database is busy.',
}

export function createSqliteFeedback (options: SqliteFeedbackOptions): FeedbackStore {
  const { store, ttlMs, maxEntries = 100_000, onError, now = Date.now, expireEveryMs = 3_600_000, timeoutMs = 5000 } = options
  let closed = false
  let expiring = false

  async function ask<T> (task: (signal: AbortSignal, patienceMs: number) => Promise<T>): Promise<T> {
    try {
      // A locked file is tried again for half the time, so that the reason can be told.
      return await task(AbortSignal.timeout(timeoutMs), timeoutMs / 2)
    } catch (error) {
      throw coded('FEEDBACK_UNAVAILABLE', error instanceof CodedError ? reasons[error.code] : undefined, error)
    }
  }

  /** Deletes expired feedback in small tasks, so that other tasks can run in between. */
  async function expire (): Promise<void> {
    if (expiring) return
    expiring = true
    try {
      for (const company of await store.companies()) {
        for (let deleted = expiredAtOnce; deleted === expiredAtOnce;) {
          if (closed) return
          // A file that cannot be read is reported by the next request that needs it.
          deleted = await store.run('expireFeedback', company, { after: now() - ttlMs, limit: expiredAtOnce }).catch(() => 0)
        }
      }
    } catch (error) {
      if (!closed) onError(error)
    } finally {
      expiring = false
    }
  }
  const expiry = setInterval(expire, expireEveryMs).unref()

  return {
    put: (company, feedback) => ask((signal, patienceMs) =>
      store.run('putFeedback', company, { feedback, at: now(), maxEntries }, signal, patienceMs)),
    list: (company, filter, { before, limit }) => ask((signal, patienceMs) =>
      store.run('listFeedback', company, { filter, before, limit, after: now() - ttlMs }, signal, patienceMs)),
    async close () {
      closed = true
      clearInterval(expiry)
    },
  }
}
