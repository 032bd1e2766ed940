// Cases are judged by rules, and their figures are those of a plain computation.
import t from 'tap'
import type { EvalCase, Observed, Outcome, RankedPassage } from '../../src/evaluation/case.ts'
import { figuresOf } from '../../src/evaluation/figures.ts'
import { judgeCase } from '../../src/evaluation/judge-case.ts'
import { random, sample } from '../../src/evaluation/random.ts'

const found = (id: string, text = '', contradicts = false): RankedPassage => ({ id, title: id, url: '', text, contradicts })
const aCase = (changes: Partial<EvalCase> = {}): EvalCase => ({
  id: 'q1', question: 'How long?', answers: ['two days'], sources: ['faq/delivery'], answerable: true, required: false, ...changes,
})
const seen = (changes: Partial<Observed> = {}): Observed => {
  const passages = changes.found ?? [found('faq/returns'), found('faq/delivery')]
  return {
    answer: 'It takes Two  days [2].', refused: false, answeredBy: 'extractive', cited: [1], given: passages, found: passages,
    ms: 10, tokens: 0, ...changes,
  }
}

t.test('an answer that holds an accepted one passes', async t => {
  t.match(judgeCase(aCase(), seen()), {
    passed: true, cause: null, rank: 2, contains: 1, exact: 0, precision: 0.5, recall: 1, f1: 2 / 3,
    citationPrecision: 1, citationRecall: 1,
  })
  t.match(judgeCase(aCase(), seen({ answer: 'two days', cited: [0, 1] })), { exact: 1, f1: 1, citationPrecision: 0.5, citationRecall: 1 })
  t.match(judgeCase(aCase({ answers: [] }), seen()), { passed: true, contains: null, f1: null }, 'judged by what it cites')
  t.match(judgeCase(aCase({ answers: [] }), seen({ cited: [0] })), { passed: false })
})

t.test('a whole sentence is held in other words too, but not with other numbers', async t => {
  const one = aCase({ answers: ['The delivery to the islands takes 4 working days.'] })
  const passes = (answer: string) => judgeCase(one, seen({ answer })).passed
  t.ok(passes('To the islands, the delivery takes 4 days (working days). [1]'))
  t.notOk(passes('To the islands, the delivery takes 5 days (working days). [1]'))
  t.notOk(passes('The islands are 4 days away.'))
})

t.test('an unanswerable question passes when it is refused', async t => {
  const none = aCase({ answerable: false, answers: [], sources: [] })
  t.match(judgeCase(none, seen({ refused: true, cited: [] })), { passed: true, rank: null, contains: null, citationRecall: null })
  t.match(judgeCase(none, seen()), { passed: false, cause: 'should_refuse' })
})

t.test('what went wrong is named', async t => {
  const refused = { refused: true, cited: [], given: [] }
  const cases: [Partial<EvalCase>, Partial<Observed>, Outcome['cause']][] = [
    [{}, { error: 'LLM_TIMEOUT: …' }, 'failed'],
    [{}, { ...refused, found: [found('faq/returns')] }, 'not_retrieved'],
    [{}, { answer: 'No idea.', given: [found('faq/returns')], cited: [0] }, 'not_retrieved'],
    [{}, { answer: 'Within a week.' }, 'not_chosen'],
    [{}, refused, 'refused'],
    [{}, { ...refused, found: [found('faq/delivery', '', true)] }, 'contradicted'],
    [{ answers: ['299 €'] }, { answer: 'It costs 49.90 €.' }, 'wrong_figure'],
    [{ answers: ['299 €'] }, { answer: 'It is light.' }, 'not_chosen'],
  ]
  for (const [one, observed, cause] of cases) t.equal(judgeCase(aCase(one), seen(observed)).cause, cause, JSON.stringify([one, observed]))
})

t.test('a document is named by its id, with or without its index, by its title or its address', async t => {
  const passages = [{ ...found('pages/prices.csv#2'), title: 'Prices 2026', url: 'https://shop.example/prices' }]
  const rank = (source: string) => judgeCase(aCase({ sources: [source] }), seen({ found: passages, given: passages, cited: [0] })).rank
  const address = 'https://shop.example/prices'
  for (const source of ['pages/prices.csv', 'prices.csv', 'prices.csv#2', 'prices 2026', address]) t.equal(rank(source), 1, source)
  for (const source of ['prices', 'pages/price', 'pages/prices.csv#', 'https://shop.example/']) t.equal(rank(source), 0, source)
})

t.test('without documents, a passage is right that holds an accepted answer and is of the text of the question', async t => {
  const passages = [found('a', 'Returns take two days.'), found('b', 'Delivery takes two days to the islands.')]
  const observed = seen({ found: passages, given: passages })
  const rank = (context?: string) => judgeCase(aCase({ sources: [], ...(context ? { context } : {}) }), observed).rank
  t.equal(rank(), 1)
  t.equal(rank('Delivery takes two days to the islands, and one elsewhere.'), 2)
  t.equal(rank('Something else.'), 0)
})

t.test('figures are those of a plain computation over the outcomes', async t => {
  const next = random(3)
  const outcomes = Array.from({ length: 200 }, (_, i) => {
    const answerable = next() < 0.8
    const place = Math.floor(next() * 12)
    const passages = Array.from({ length: 10 }, (_, n) => found(n === place ? 'faq/delivery' : `faq/${n}`))
    return judgeCase(
      aCase({ id: `q${i}`, answerable, ...(answerable ? {} : { answers: [], sources: [] }) }),
      seen({
        found: passages, given: passages.slice(0, 6), cited: next() < 0.5 ? [0] : [0, 1, 2], refused: next() < 0.2,
        answer: next() < 0.5 ? 'two days' : 'in two weeks, or three',
      })
    )
  })
  const figure = (name: string) => figuresOf(outcomes).find(one => one.name === name)!
  const answerable = outcomes.filter(one => one.case.answerable)
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const close = (name: string, value: number, n: number) => {
    const { value: own, low, high, n: counted } = figure(name)
    t.ok(Math.abs(own - value) < 1e-12 && low <= own && own <= high && counted === n, `${name}: ${own}, ${value}`)
  }
  let reciprocal = 0
  let five = 0
  let right = 0
  let cites = 0
  for (const { observed: { found, given, cited, refused, answer } } of answerable) {
    const place = found.map(({ id }) => id).indexOf('faq/delivery')
    if (place >= 0) reciprocal += 1 / (place + 1)
    if (place >= 0 && place < 5) five++
    if (!refused && answer === 'two days') right++
    if (cited.some(i => given[i]!.id === 'faq/delivery')) cites++
  }
  const n = answerable.length
  close('mrr', reciprocal / n, n)
  close('recall', five / n, n)
  close('right', right / n, n)
  close('citation_recall', cites / n, n)
  // "in two weeks, or three" shares one of its five words with "two days".
  close('f1', mean(answerable.map(({ observed: { refused, answer } }) => refused ? 0 : answer === 'two days' ? 1 : 2 * 0.2 * 0.5 / 0.7)), n)
  close('precision', mean(answerable.map(({ observed: { refused, answer } }) => refused ? 0 : answer === 'two days' ? 1 : 0.2)), n)
  close('wrongly_refused', answerable.filter(one => one.observed.refused).length / n, n)
  const others = outcomes.filter(one => !one.case.answerable)
  close('rightly_refused', others.filter(one => one.observed.refused).length / others.length, others.length)
})

t.test('a sample is the same for a seed, in order, with what must be in it', async t => {
  const all = Array.from({ length: 100 }, (_, i) => i)
  const some = sample(all, 20, 5, i => i === 77)
  t.same(some, sample(all, 20, 5, i => i === 77))
  t.equal(some.length, 20)
  t.ok(some.includes(77))
  t.same(some, [...some].sort((a, b) => a - b))
  t.notSame(some, sample(all, 20, 6, i => i === 77))
  t.same(sample(all, 1, 1, i => i < 3), [0, 1, 2])
})
