// AUTO_LEARN: looks now and then whether there are enough new ratings, and starts one run.
import t from 'tap'
import type { FeedbackStore } from '../../src/feedback/store.ts'
import { createAutoLearning } from '../../src/learning/auto.ts'
import type { LearningRun } from '../../src/learning/run.ts'
import { learnedVersion } from '../contracts/learning.ts'
import { searchProfile } from '../fixtures/search-store.ts'

function parts (minFeedback: number) {
  const state = { ratings: 0, looked: 0, running: null as LearningRun | null, started: [] as string[], lastRunAt: 0, since: 0 }
  const errors: unknown[] = []
  const feedback: Pick<FeedbackStore, 'list'> = {
    async list (_, { since = 0 }, { limit }) {
      state.looked++
      state.since = since
      return Array.from({ length: Math.min(limit, state.ratings) }, () => ({})) as never
    },
  }
  const auto = createAutoLearning({
    learning: {
      running: () => state.running,
      start ({ id }) {
        state.started.push(id)
        return { id: 'lrn_a', company: id, startedAt: 0, done: 0, total: 0 }
      },
    },
    store: {
      list: async () => state.lastRunAt === 0
        ? [] : [{ ...learnedVersion('lrn_b', { createdAt: state.lastRunAt }), isUsed: true, replaced: null }],
    },
    feedback,
    profile: async id => id === 'broken' ? Promise.reject(new Error('no profile')) : searchProfile({ id }),
    minFeedback,
    onStarted: () => {},
    onError: (_, error) => { errors.push(error) },
  })
  const settle = () => new Promise(resolve => { setImmediate(resolve) })
  const rate = async (times: number, company = 'shop') => {
    for (let i = 0; i < times; i++) {
      state.ratings++
      auto.rated(company)
      await settle()
    }
  }
  return { auto, state, errors, rate, settle }
}

t.test('starts when there are enough, and looks at the store for a part of the ratings only', async t => {
  const { state, rate } = parts(50)
  await rate(49)
  t.same(state.started, [])
  await rate(12)
  t.same(state.started.slice(0, 1), ['shop'])
  t.ok(state.looked <= 9, `${state.looked}`)
})

t.test('counts only what came after the last run', async t => {
  const { state, rate } = parts(10)
  state.lastRunAt = 5000
  await rate(1)
  t.equal(state.since, 5001)
})

t.test('waits while another company is learning; looks at once after an import', async t => {
  const { auto, state, rate, settle } = parts(10)
  state.running = { id: 'lrn_x', company: 'other', startedAt: 0, done: 0, total: 0 }
  await rate(20)
  t.same(state.started, [])
  state.running = null
  await rate(1)
  t.same(state.started, ['shop'], 'the next rating looks again')
  auto.imported('shop')
  await settle()
  t.equal(state.started.length, 2)
})

t.test('a failure is reported, and nothing else', async t => {
  const { errors, rate } = parts(10)
  await rate(12, 'broken')
  t.match(errors[0], { message: 'no profile' })
})
