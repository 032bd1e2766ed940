// Reports: compared with a baseline, as JUnit's XML and as a page that loads nothing.
import { Parser } from 'htmlparser2'
import t from 'tap'
import type { EvalCase, Observed } from '../../src/evaluation/case.ts'
import { compareRuns, failuresOf, parseRules } from '../../src/evaluation/compare-runs.ts'
import { judgeCase } from '../../src/evaluation/judge-case.ts'
import { createLanguageJudge, readVerdict } from '../../src/evaluation/language-judge.ts'
import { reportHtml } from '../../src/evaluation/report-html.ts'
import { reportJunit } from '../../src/evaluation/report-junit.ts'
import { reportText } from '../../src/evaluation/report-text.ts'
import { makeReport, readReport, type Report } from '../../src/evaluation/report.ts'
import { fakeModel } from '../fixtures/app-parts.ts'

const control = /[^\P{Cc}\n]/u
const hostile = '<script>alert(1)</script> "\' & </script> \u0000\u001b[31m ]]> \ud800'
const observed = (answer: string): Observed => ({
  answer, refused: false, answeredBy: 'extractive', cited: [0], given: [{ id: 'faq/a', title: 'A', url: '' }],
  found: [{ id: 'faq/a', title: hostile, url: '', text: 'yes', contradicts: false }], ms: 12, tokens: 0,
})
const cases = Array.from({ length: 40 }, (_, i): EvalCase => ({
  id: `q${i}`, question: `Question ${i}? ${hostile}`, answers: ['yes'], sources: ['faq/a'], answerable: true, required: i === 0,
  group: `g${i % 2}`,
}))
const reportOf = (isRight: (i: number) => boolean): Report => makeReport(
  { set: 'set.json', company: 'shop', service: 'http://127.0.0.1:8080', madeAt: new Date(0), totalMs: 1000 },
  cases.map((one, i) => judgeCase(one, observed(isRight(i) ? 'yes' : `no ${hostile}`)))
)

t.test('a run fails by its rules alone', async t => {
  const before = readReport(JSON.stringify(reportOf(() => true)))
  const fails = (rules: string, now: Report) => failuresOf(parseRules(rules), now, compareRuns(before, now)).length
  const one = reportOf(i => i !== 5)
  t.equal(fails('right:-5', one), 0)
  t.equal(fails('right:-2', one), 1)
  t.equal(fails('right', one), 0, 'one of forty may be chance')
  t.equal(fails('right', reportOf(i => i % 3 > 0)), 1)
  t.equal(fails('required', one), 0)
  t.equal(fails('required,right', reportOf(i => i > 12)), 2)
  t.equal(fails('rightly_refused', one), 1, 'what cannot be compared is no success')
  for (const wrong of ['recal', 'recall:x', 'recall:-', 'Required']) t.throws(() => parseRules(wrong), /is no rule/)
  t.throws(() => readReport('{}'), /no report/)
  t.throws(() => readReport('null'), /no report/)
})

t.test('a case without an id of its own is found again where questions were added before it', async t => {
  const one = (id: string, question: string, answer = 'yes') =>
    judgeCase({ id, question, answers: ['yes'], sources: [], answerable: true, required: false }, observed(answer))
  const report = (...outcomes: ReturnType<typeof one>[]) =>
    makeReport({ set: 'set.csv', company: 'shop', service: '', madeAt: new Date(0), totalMs: 1 }, outcomes)
  const right = (before: Report, now: Report) => compareRuns(before, now).find(({ name }) => name === 'right')
  const before = report(one('q1', 'Hours?'), one('q2', 'Price?'), one('q3', 'Twice?'), one('q4', 'Twice?'))
  t.match(right(before, report(one('q1', 'New?', 'no'), one('q2', 'Hours?'), one('q3', 'Price?', 'no'))), { n: 2, before: 1, now: 0.5 })
  t.match(right(before, report(one('q3', 'Twice?'), one('q9', 'Twice?', 'no'))), { n: 1, now: 1 }, 'one that is asked twice is not guessed')
  t.match(right(before, report(one('q2', 'Price?', 'no'))), { n: 1, now: 0 })
  t.same(compareRuns(before, report(one('q1', 'Another set?'))), [])
})

t.test('JUnit\'s XML is well-formed, whatever the questions are', async t => {
  const xml = reportJunit(reportOf(i => i > 1), ['A rule & its <reason>'])
  t.notMatch(xml, control)
  const open: string[] = []
  const names: string[] = []
  const parser = new Parser({
    onopentag: (name, { name: called = '' }) => { open.push(name); if (name === 'testcase') names.push(called) },
    onclosetag: name => { t.equal(open.pop(), name) },
  }, { xmlMode: true })
  parser.end(xml)
  t.equal(names.length, 41)
  t.match(names[3], 'q3: Question 3? <script>alert(1)</script> "\' & </script>')
  t.match(xml, 'tests="41" failures="3"')
})

t.test('the page has no text of a set as HTML, and loads nothing', async t => {
  const now = reportOf(i => i > 3)
  const html = await reportHtml(now, compareRuns(reportOf(() => true), now), ['A <b>rule</b>'])
  const tags: [name: string, attributes: Record<string, string>][] = []
  new Parser({ onopentag: (name, attributes) => { tags.push([name, attributes]) } }).end(html)
  t.equal(tags.filter(([name]) => name === 'script').length, 3)
  t.same(tags.filter(([, one]) => Object.keys(one).some(key => ['src', 'href', 'action'].includes(key) || key.startsWith('on'))), [])
  t.notMatch(html, /<b>rule/)
  t.match(html, /default-src 'none'/)
})

t.test('the text for a terminal has no control characters', async t => {
  const text = reportText(reportOf(i => i > 3))
  t.notMatch(text, control)
  t.match(text, /right source among five +100\.0 %/)
  t.match(text, /4 × the right passage was there/)
})

t.test('a language model judges what it can, and its agreement with the rules is shown', async t => {
  t.same(readVerdict('Faithful: **yes**\nrelevant: No.'), { faithful: true, relevant: false })
  t.equal(readVerdict('I think so'), null)
  const model = fakeModel(['faithful: yes\n', 'relevant: yes'])
  const judge = createLanguageJudge(model, { timeoutMs: 1000, signal: new AbortController().signal })
  t.same(await judge(cases[0]!, observed('yes')), { faithful: true, relevant: true })
  t.match(model.calls[0]!.messages[1]!.content, /Passages:\n\[1\] [^]*yes\n\nAnswer: yes$/)
  const verdicts = [true, true, false, true]
  const outcomes = verdicts.map((relevant, i) =>
    ({ ...judgeCase(cases[i]!, observed(i < 2 ? 'yes' : 'no')), verdict: { faithful: true, relevant } }))
  const report = makeReport({ set: 's', company: 'c', service: '', madeAt: new Date(0), totalMs: 1 }, outcomes)
  t.match(report.agreement, { n: 4, share: 0.75, kappa: 0.5 })
})
