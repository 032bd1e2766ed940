// The contract of all stores of evaluations.
import type { Test } from 'tap'
import type { EvalCase, Observed } from '../../src/evaluation/case.ts'
import { judgeCase } from '../../src/evaluation/judge-case.ts'
import { makeReport } from '../../src/evaluation/report.ts'
import { summaryOf, type EvaluationStore, type StoredRun } from '../../src/evaluation/store.ts'

/** Makes a run of three questions, of which so many are answered rightly. */
export function storedRun (id: string, { set = 'set.json', right = 2 }: { set?: string, right?: number } = {}): StoredRun {
  const outcomes = [0, 1, 2].map(i => {
    const question = `« Été » ${i} 🎉?`
    const one: EvalCase = { id: `q${i}`, question, answers: ['yes'], sources: ['faq/a'], answerable: true, required: false }
    const passage = { id: 'faq/a', title: 'A', url: '' }
    const observed: Observed = {
      answer: i < right ? 'yes' : 'no', refused: false, answeredBy: 'extractive', cited: [0], given: [passage],
      found: [{ ...passage, text: 'yes', contradicts: false }], ms: 5, tokens: 0,
    }
    return judgeCase(one, observed)
  })
  const run = { set, company: 'shop', service: 'http://127.0.0.1:8002', model: 'extractive', madeAt: new Date(0), totalMs: 15 }
  return { id, report: makeReport(run, outcomes) }
}

/** Runs the cases; `make` gives each an empty store that keeps five runs of the companies shop and other. */
export function evaluationContract (t: Test, make: (t: Test) => Promise<EvaluationStore>): void {
  const idsOf = async (store: EvaluationStore, set?: string) => (await store.list('shop', { set }, { limit: 10 })).map(({ id }) => id)

  t.test('returns a run as it was stored, and lists it without its questions', async t => {
    const store = await make(t)
    t.same(await store.list('shop', {}, { limit: 10 }), [])
    t.equal(await store.get('shop', 'eval_a'), null)
    const run = storedRun('eval_a')
    await store.add('shop', run)
    t.strictSame(await store.get('shop', 'eval_a'), run)
    const [listed] = await store.list('shop', {}, { limit: 10 })
    t.strictSame(listed, { n: listed!.n, id: 'eval_a', summary: summaryOf(run.report) })
    t.equal(await store.get('other', 'eval_a'), null, 'each company has its own')
    t.same(await store.list('other', {}, { limit: 10 }), [])
  })

  t.test('lists the newest first, in pages, and by set', async t => {
    const store = await make(t)
    for (const [i, set] of ['a', 'b', 'a', 'b\'"%'].entries()) await store.add('shop', storedRun(`eval_${i}`, { set }))
    t.same(await idsOf(store), ['eval_3', 'eval_2', 'eval_1', 'eval_0'])
    t.same(await idsOf(store, 'a'), ['eval_2', 'eval_0'])
    t.same(await idsOf(store, 'b\'"%'), ['eval_3'])
    const first = await store.list('shop', {}, { limit: 3 })
    t.same((await store.list('shop', {}, { before: first.at(-1)!.n, limit: 3 })).map(({ id }) => id), ['eval_0'])
  })

  t.test('removes a run', async t => {
    const store = await make(t)
    await store.add('shop', storedRun('eval_a'))
    t.equal(await store.remove('other', 'eval_a'), false)
    t.equal(await store.remove('shop', 'eval_a'), true)
    t.equal(await store.remove('shop', 'eval_a'), false)
    t.equal(await store.get('shop', 'eval_a'), null)
  })

  t.test('keeps the newest of each company', async t => {
    const store = await make(t)
    await store.add('other', storedRun('eval_x'))
    for (let i = 0; i < 8; i++) await store.add('shop', storedRun(`eval_${i}`))
    t.same(await idsOf(store), ['eval_7', 'eval_6', 'eval_5', 'eval_4', 'eval_3'])
    t.ok(await store.get('other', 'eval_x'))
  })
}
