// What is kept of a run: no personal data, cut texts, and a bounded size.
import t from 'tap'
import { compareRuns } from '../../src/evaluation/compare-runs.ts'
import { toKept } from '../../src/evaluation/kept-report.ts'
import type { Report, ReportCase } from '../../src/evaluation/report.ts'
import { isWholeText } from '../../src/whole-text.ts'
import { storedRun } from '../contracts/evaluations.ts'
import { personalTexts } from '../fixtures/personal-texts.ts'

const { report } = storedRun('eval_a')
const withCases = (changes: Partial<ReportCase>[]): Report =>
  ({ ...report, cases: changes.map((change, i) => ({ ...report.cases[0]!, id: `q${i}`, ...change })) })

t.test('has none of two hundred pieces of personal data', async t => {
  const left = personalTexts.flatMap(([text, ...secrets]) => {
    const texts = { id: text, question: text, accepted: [text], answer: text, group: text, error: text }
    const { cases } = toKept(withCases([{ ...texts, passed: false, found: [{ id: 'a', title: text }] }]))
    const written = JSON.stringify(cases)
    return secrets.filter(secret => written.includes(secret)).map(secret => [text, secret])
  })
  t.same(left, [])
})

t.test('has nothing that is no part of a report, and no password', async t => {
  const more = { owner: 'anna@example.org' }
  const [one] = report.cases
  const figures = report.figures.map(figure => ({ ...figure, ...more, title: more.owner }))
  const given = {
    ...report, ...more, figures, groups: [{ ...more, name: 'g', figures }], service: 'https://anna:secret@shop.example/api',
    cases: [{ ...one!, ...more, passed: false, values: { ...one!.values, ...more }, found: [{ id: 'a', title: 'b', ...more }] }],
  }
  const kept = toKept(given)
  t.notMatch(JSON.stringify(kept), /anna|secret/)
  t.equal(kept.service, 'https://shop.example/api')
  t.same(kept.figures, report.figures)
})

t.test('has the ids of the cases so that two runs can still be compared', async t => {
  const ids = ['q1', '0612345678', '0612345679', 'anna@example.org']
  const kept = toKept(withCases(ids.map(id => ({ id }))))
  t.equal(kept.cases[0]!.id, 'q1')
  t.equal(new Set(kept.cases.map(({ id }) => id)).size, 4)
  t.same(toKept(kept), kept)
  t.equal(compareRuns(kept, kept)[0]!.n, 4)
})

t.test('has texts that every database holds', async t => {
  const odd = `half \ud800 nul \0 ${'é'.repeat(3000)}🎉`
  const [one] = toKept(withCases([{
    question: odd, answer: odd, sources: [odd], cited: [odd], accepted: [odd, 'a', 'b', 'c'], answered_by: odd,
  }])).cases
  const whole = toKept({ ...report, service: odd, model: odd })
  for (const text of [whole.service, whole.model!, one!.answered_by]) t.ok(isWholeText(text))
  for (const text of [one!.question, one!.answer, ...one!.sources, ...one!.cited, ...one!.accepted]) t.ok(isWholeText(text))
  t.ok(one!.question.length <= 500 && one!.answer.length <= 1000)
  t.equal(one!.accepted.length, 3)
})

t.test('leaves out cases that passed when there are too many; the figures stay', async t => {
  const answer = 'A long answer. '.repeat(60)
  const many = withCases(Array.from({ length: 3000 }, (_, i) => ({ answer, passed: i % 100 > 0, required: i === 1 })))
  const kept = toKept(many)
  t.ok(JSON.stringify(kept.cases).length < 2_100_000)
  t.equal(kept.cases.filter(({ passed }) => !passed).length, 30)
  t.ok(kept.cases.some(({ required }) => required))
  t.ok(kept.cases.length > 1000 && kept.cases.length < 3000)
  t.same(kept.cases.map(({ id }) => Number(id.slice(1))), kept.cases.map(({ id }) => Number(id.slice(1))).sort((a, b) => a - b), 'in order')
  t.same(kept.figures, many.figures)
})
