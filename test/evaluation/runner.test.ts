// Evaluations that the service runs: companies take turns, none takes for ever, and what went wrong is said in the service's words.
import t from 'tap'
import { coded } from '../../src/errors.ts'
import type { EvalCase, Observed } from '../../src/evaluation/case.ts'
import { createEvaluationRunner } from '../../src/evaluation/runner.ts'
import { until } from '../fixtures/until.ts'

const about = { set: 'mine.csv', service: 'the service itself', model: 'extractive' }
const casesOf = (n: number): EvalCase[] => Array.from({ length: n }, (_, i) => ({
  id: `q${i}`, question: `Question ${i}?`, answers: [], sources: [], answerable: false, group: '', required: false,
}))
const refused: Observed = { ms: 1, tokens: 0, answer: '', refused: true, answeredBy: 'extractive', cited: [], given: [], found: [] }
const never = () => new Promise<never>(() => {})
const rejected = (signal: AbortSignal) => new Promise<never>((_resolve, reject) => {
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
})

function runner (options: { maxMs?: number } = {}) {
  const errors: unknown[] = []
  const kept: string[] = []
  const made = createEvaluationRunner({
    store: { add: async company => { kept.push(company) } }, onError: error => { errors.push(error) }, ...options,
  })
  return { ...made, errors, kept }
}

t.test('a company with few questions need not wait for one with many', async t => {
  const { start, progressOf, kept } = runner()
  const order: string[] = []
  const asking = (company: string) => async () => {
    order.push(company)
    await new Promise(setImmediate)
    return refused
  }
  start('many', about, casesOf(200), asking('many'))
  start('few', about, casesOf(5), asking('few'))
  await until(() => progressOf('many')?.state === 'done')
  t.same(kept, ['few', 'many'])
  t.ok(order.lastIndexOf('few') < 20, 'they take turns')
  t.match(progressOf('few'), { state: 'done', done: 5, id: /^eval_/ })
})

t.test('a company runs one at a time, and an instance those of twenty', async t => {
  const { start, cancel, close } = runner()
  for (let i = 0; i < 20; i++) start(`company-${i}`, about, casesOf(1), async (_, signal) => rejected(signal))
  t.throws(() => start('company-3', about, casesOf(1), never), { code: 'EVALUATION_RUNNING' })
  t.throws(() => start('one-more', about, casesOf(1), never), { code: 'EVALUATION_RUNNING' })
  t.equal(cancel('one-more'), false)
  await close()
})

t.test('ends after its time, and says so', async t => {
  const { start, progressOf, errors } = runner({ maxMs: 1 })
  start('shop', about, casesOf(5), async (_, signal) => rejected(signal))
  await until(() => progressOf('shop')?.state === 'failed')
  t.match(progressOf('shop'), { message: /took too long/ })
  t.equal(errors.length, 1)
})

t.test('a failure says what the table of errors says, and the log the rest', async t => {
  const { start, progressOf, errors } = runner()
  start('shop', about, casesOf(2), async () => { throw new Error('connect ECONNREFUSED 10.0.0.7:5432 as causerie:secret') })
  start('other', about, casesOf(2), async () => { throw coded('SEARCH_UNAVAILABLE') })
  await until(() => progressOf('shop')?.state === 'failed' && progressOf('other')?.state === 'failed')
  t.notMatch(progressOf('shop')!.message, /ECONNREFUSED|secret/)
  t.equal(progressOf('other')!.message, coded('SEARCH_UNAVAILABLE').message)
  t.match(String(errors[0]), /ECONNREFUSED/)
})
