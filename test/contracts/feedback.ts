// The contract of all stores of feedback.
import type { Test } from 'tap'
import { makeFeedback } from '../../src/feedback/feedback.ts'
import type { Feedback, FeedbackStore } from '../../src/feedback/store.ts'

export function feedbackOf (answerId: string, changes: Partial<Feedback> = {}): Feedback {
  return {
    ...makeFeedback(answerId, 'rater-1', { rating: 1, reasons: ['helpful'], comment: 'Merci « été » 🎉', correction: '' }, {
      question: `About ${answerId}?`, answer: 'Two days. [1]', sources: ['faq/delivery'], finishReason: 'stop', answeredBy: 'faq',
      model: 'extractive', profileVersion: 'p1', indexVersion: 'i1',
    }),
    ...changes,
  }
}

export interface FeedbackParts {
  feedback: FeedbackStore
  /** Lets so many milliseconds pass. */
  pass (ms: number): void
}

/** Runs the cases; `make` gives each an empty store that keeps feedback for `ttlMs`. */
export function feedbackContract (t: Test, make: (t: Test, ttlMs: number) => Promise<FeedbackParts>): void {
  const hour = 3_600_000
  const idsOf = (found: Feedback[]) => found.map(({ answerId }) => answerId)

  t.test('returns feedback as it was stored', async t => {
    const { feedback } = await make(t, hour)
    t.same(await feedback.list('shop', {}, { limit: 10 }), [])
    const entry = feedbackOf('a1', { rating: 4, scale: 'stars', score: 0.6 })
    t.equal(await feedback.put('shop', [entry]), 1)
    const { n, createdAt, updatedAt, ...rest } = (await feedback.list('shop', {}, { limit: 10 }))[0]!
    t.strictSame(rest, entry)
    t.ok(n > 0 && createdAt === updatedAt)
    t.same(await feedback.list('other', {}, { limit: 10 }), [], 'each company has its own')
  })

  t.test('keeps one rating of each rater and answer, the last one, in its place', async t => {
    const { feedback, pass } = await make(t, hour)
    await feedback.put('shop', [feedbackOf('a1'), feedbackOf('a2'), feedbackOf('a1', { rater: 'rater-2' })])
    pass(1000)
    t.equal(await feedback.put('shop', [feedbackOf('a1', { rating: -1, score: -1 }), feedbackOf('a3')]), 1)
    const found = await feedback.list('shop', {}, { limit: 10 })
    t.same(found.map(({ answerId, rater, score }) => `${answerId} ${rater} ${score}`), [
      'a3 rater-1 1', 'a1 rater-2 1', 'a2 rater-1 1', 'a1 rater-1 -1',
    ])
    t.equal(found.at(-1)!.updatedAt - found.at(-1)!.createdAt >= 1000, true)
  })

  t.test('filters by sign, reason, answer and time', async t => {
    const { feedback, pass } = await make(t, hour)
    await feedback.put('shop', [feedbackOf('up'), feedbackOf('zero', { score: 0, reasons: [] }), feedbackOf('down', { score: -0.2 })])
    pass(10_000)
    await feedback.put('shop', [feedbackOf('late', { reasons: ['wrong', 'o\'"%'] })])
    const list = async (filter: object) => idsOf(await feedback.list('shop', filter, { limit: 10 }))
    t.same(await list({ rating: 'up' }), ['late', 'up'])
    t.same(await list({ rating: 'down' }), ['down'])
    t.same(await list({ rating: 'neutral' }), ['zero'])
    t.same(await list({ reason: 'o\'"%' }), ['late'])
    t.same(await list({ reason: '%' }), [])
    t.same(await list({ answerId: 'down' }), ['down'])
    const [late] = await feedback.list('shop', { answerId: 'late' }, { limit: 1 })
    t.same(await list({ since: late!.updatedAt }), ['late'])
    t.same(await list({ until: late!.updatedAt, rating: 'up' }), ['up'])
  })

  t.test('lists in pages that miss and repeat nothing', async t => {
    const { feedback } = await make(t, hour)
    const ids = Array.from({ length: 23 }, (_, i) => `a${i}`)
    await feedback.put('shop', ids.map(id => feedbackOf(id)))
    const seen: string[] = []
    for (let before: number | undefined; ;) {
      const page = await feedback.list('shop', {}, { before, limit: 5 })
      if (page.length === 0) break
      seen.push(...idsOf(page))
      before = page.at(-1)!.n
    }
    t.same(seen, ids.toReversed())
  })

  t.test('deletes the feedback of one rater, or of a company', async t => {
    const { feedback } = await make(t, hour)
    const [anna, bert] = [{ rater: 'anna' }, { rater: 'bert' }]
    await feedback.put('shop', [feedbackOf('a1', anna), feedbackOf('a2', anna), feedbackOf('a1', bert)])
    await feedback.put('other', [feedbackOf('a1', anna)])
    t.same(idsOf(await feedback.list('shop', { rater: 'anna' }, { limit: 10 })), ['a2', 'a1'])
    t.equal(await feedback.erase('shop', 'anna'), 2)
    t.match(await feedback.list('shop', {}, { limit: 10 }), [{ rater: 'bert' }])
    t.equal(await feedback.erase('shop', null), 1)
    t.equal((await feedback.list('other', {}, { limit: 10 })).length, 1)
  })

  t.test('forgets feedback after its time', async t => {
    const { feedback, pass } = await make(t, hour)
    await feedback.put('shop', [feedbackOf('a1'), feedbackOf('a2')])
    pass(hour - 1000)
    t.equal((await feedback.list('shop', {}, { limit: 10 })).length, 2)
    await feedback.put('shop', [feedbackOf('a2')])
    pass(2000)
    t.same(idsOf(await feedback.list('shop', {}, { limit: 10 })), ['a2'], 'a change begins the time anew')
  })
}
