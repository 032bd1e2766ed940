// Stores questions without a good answer in each company's own file.
import type { GapLimits, GapStore } from '../../gaps/store.ts'
import { patientRun, startExpiry } from './company-data.ts'
import type { Store } from './thread.ts'

export interface SqliteGapOptions extends GapLimits {
  /** The owner closes it, after the gaps. */
  store: Store
  /** How often expired questions are deleted; until then they are invisible. */
  expireEveryMs?: number
  /** Longest wait for the thread. */
  timeoutMs?: number
}

/** The most questions deleted in one task, which searches wait for. */
const expiredAtOnce = 100

export function createSqliteGaps (options: SqliteGapOptions): GapStore {
  const { store, ttlMs, maxQuestions = 5000, maxOfOne = 100, onError, now = Date.now } = options
  const { expireEveryMs = 3_600_000, timeoutMs = 5000 } = options
  const visible = () => ({ after: now() - ttlMs, now: now() })
  const run = patientRun({ store, timeoutMs, code: 'GAPS_UNAVAILABLE' })

  const expiry = startExpiry({
    store,
    everyMs: expireEveryMs,
    atOnce: expiredAtOnce,
    expire: (company, limit) => store.run('expireMissed', company, { after: now() - ttlMs, limit }),
    onError,
  })

  return {
    add: (company, questions) => run('addMissed', company, { questions, limits: { maxQuestions, maxOfOne } }),
    exemplars: company => run('gapExemplars', company, null),
    sort: (company, sorting) => run('sortMissed', company, { ...sorting, at: now() }),
    list: (company, filter, { offset, limit }) => run('listGaps', company, { filter, offset, limit, ...visible() }),
    get: (company, id, examples) => run('getGap', company, { id, examples, ...visible() }),
    answers: (company, id, limit) => run('answersOfGap', company, { id, limit }),
    change: (company, id, change) => run('changeGap', company, { id, change, at: now() }),
    merge: (company, from, into) => run('mergeGap', company, { from, into, at: now() }),
    withdraw: (company, answerId, asker) => run('withdrawMissed', company, { answerId, asker }),
    questionsOf: (company, asker) => run('missedOf', company, asker),
    forgetUser: (company, asker) => run('forgetAsker', company, asker),
    async close () {
      expiry.stop()
    },
  }
}
