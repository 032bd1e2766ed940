// Writes a report as JUnit's XML, which CI servers show as tests.
import { aboutCauses } from './figures.ts'
import type { Report, ReportCase } from './report.ts'

/** @param failures why the run must fail, as `failuresOf` returns them */
export function reportJunit ({ set, company, cases, made_at: madeAt, ms }: Report, failures: readonly string[]): string {
  const failed = cases.filter(one => !one.passed).length
  const gates = failures.length === 0 ? [''] : failures
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escape(`${set}, ${company}`)}" tests="${cases.length + gates.length}" failures="${failed + failures.length}">`,
    `  <testsuite name="questions" tests="${cases.length}" failures="${failed}" timestamp="${madeAt}" time="${seconds(ms.total)}">`,
    ...cases.map(testCase),
    '  </testsuite>',
    `  <testsuite name="fail-on" tests="${gates.length}" failures="${failures.length}">`,
    ...gates.map((text, i) => text === ''
      ? '    <testcase classname="fail-on" name="no rule is broken"/>'
      : `    <testcase classname="fail-on" name="rule ${i + 1}"><failure message="${escape(text)}"/></testcase>`),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function testCase ({ id, question, group = 'questions', passed, cause, error, answer, accepted, refused, ms }: ReportCase): string {
  const open = `    <testcase classname="${escape(group)}" name="${escape(`${id}: ${question}`)}" time="${seconds(ms)}"`
  if (passed || cause === null) return `${open}/>`
  const said = error ?? (refused ? '(refused)' : answer)
  const detail = `answer: ${said}\naccepted: ${accepted.join(' | ') || '–'}\n${aboutCauses[cause].advice}`
  return `${open}><failure type="${cause}" message="${escape(aboutCauses[cause].title)}">${escape(detail)}</failure></testcase>`
}

function seconds (ms: number): string {
  return (ms / 1000).toFixed(3)
}

/** Escapes a text for XML 1.0, which cannot hold most control characters at all. */
function escape (text: string): string {
  return text.toWellFormed()
    // eslint-disable-next-line no-control-regex -- these are what XML forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"\n\t]/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\t': '&#9;' })[sign]!)
}
